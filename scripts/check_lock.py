"""Check the lock files: every dependency pinned with a hash, as pyproject.toml asks, and no address in them."""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<rest>(?:[^\n]|\\\n)*)", re.MULTILINE)


def wanted(project: dict[str, Any]) -> dict[str, list[str]]:
    """Return what each lock file must hold, as requirement lines."""
    extras = [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    runtime = [*project["project"]["dependencies"], *extras]
    groups = project["dependency-groups"]
    own = {name: groups[name] for name in ("build", "bench", "whoosh3")}
    return {"runtime": runtime, "dev": [*runtime, *groups["dev"]], **own}


def problems_of(file: Path, requirements: list[str]) -> list[str]:
    """Return a sentence for everything that is wrong with one lock file."""
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    found = [f"{file.name}: holds an address or a path" for _ in re.findall(r"://|--index-url|--find-links|@ ", text)]
    pinned = {canonicalize_name(match["name"]): match for match in PIN.finditer(text)}
    found += [f"{file.name}: {name} has no hash" for name, match in pinned.items() if "--hash=sha256:" not in match[0]]
    for line in requirements:
        requirement = Requirement(line)
        match = pinned.get(canonicalize_name(requirement.name))
        if match is None:
            found.append(f"{file.name}: {requirement.name} is missing")
        elif not requirement.specifier.contains(Version(match["version"]), prereleases=True):
            found.append(f"{file.name}: {requirement.name} {match['version']} isn't {requirement.specifier}")
    return found


def differences(one: Path, other: Path) -> list[str]:
    """Return a sentence for every package that two lock files pin at different versions."""
    first, second = (
        {match["name"]: match["version"] for match in PIN.finditer(file.read_text())} for file in (one, other)
    )
    return [
        f"{one.name} and {other.name} disagree about {name}"
        for name in sorted(first.keys() & second.keys())
        if first[name] != second[name]
    ]


def npm_problems() -> list[str]:
    """Return a sentence for everything that is wrong with the lock file of the tests' tools."""
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    found = [] if lock[""].get("devDependencies") == asked else ["package-lock.json: not what package.json asks for"]
    for name, package in lock.items():
        if "resolved" in package:
            found.append(f"package-lock.json: {name} holds an address")
        if name and "integrity" not in package:
            found.append(f"package-lock.json: {name} has no hash")
    return found


def main() -> int:
    """Print every problem; return 1 if there is one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "dev", "build", "bench", "whoosh3")}
    problems = [line for name, lines in wanted(project).items() for line in problems_of(locks[name], lines)]
    problems += [line for name in ("runtime", "build", "bench") for line in differences(locks[name], locks["dev"])]
    problems += npm_problems()
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("run `make lock` (or npm install for package-lock.json) and commit the result", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
