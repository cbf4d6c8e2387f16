"""Check the documents: every link between them leads somewhere, and every file they name in `code` is there."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
# A path in backquotes that begins in one of our folders; patterns and names in capitals stand for many files.
NAMED = re.compile(
    r"`((?:directory|templates|static|data|tests|docs|bench|scripts|requirements|\.ci)/[A-Za-z0-9_./-]*)`"
)


def documents() -> list[Path]:
    """Return every document that is kept true."""
    return [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]


def problems_of(document: Path) -> Iterator[str]:
    """Yield a sentence for every broken link and missing file of a document."""
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{document.relative_to(ROOT)}:{number}"
        for target in LINK.findall(line):
            if not (document.parent / target).exists():
                yield f"{where}: the link to {target} leads nowhere"
        for path in NAMED.findall(line):
            if not (ROOT / path).exists():
                yield f"{where}: {path} isn't there"


def main() -> int:
    """Print every problem; return 1 if there is one."""
    problems = [problem for document in documents() for problem in problems_of(document)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
