"""Random queries over the random providers, and what the fast path answers, in a form that can be compared."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.rules.evaluator import TierName
from directory.search.answer import answer
from directory.search.generation import Generation
from directory.search.query import FACET_PARAMETERS, Query, Sort
from directory.search.results import Results
from tests.search.corpus import CERTIFICATIONS, COUNTRIES, CRITERIA, PHRASES, VALUES, WORDS, some, terms

LANGUAGES = ("en", "de", "fr", "ja")


def random_words(random: Random) -> str:
    """Return words as people type them: some quoted, some left out, the last one perhaps only begun."""
    words = some(random, WORDS, 3)
    if random.random() < 0.2:
        words.insert(0, random.choice(PHRASES))
    if random.random() < 0.25:
        words.insert(0, f'"{random.choice((*PHRASES, f"{random.choice(WORDS)} {random.choice(WORDS)}"))}"')
    if random.random() < 0.25:
        words.insert(0, random.choice((f"-{random.choice(WORDS)}", f'-"{random.choice(PHRASES)}"')))
    if words and random.random() < 0.5:
        words[-1] = words[-1][: random.randint(2, 9)]
    return " ".join(words)


def _facets(random: Random, catalogue: Catalogue) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = {}
    for facet in FACET_PARAMETERS:
        if random.random() < 0.15:
            known: Any = {
                "country": [one for one in COUNTRIES if one],
                "language": LANGUAGES,
                "certification": CERTIFICATIONS,
            }.get(facet) or terms(catalogue, facet)
            chosen[facet] = tuple(sorted(some(random, known, 3)))
    return tuple((name, values) for name, values in chosen.items() if values)


def random_query(random: Random, catalogue: Catalogue) -> Query:
    """Return a query with any of the parameters."""

    def maybe(value: Any, chance: float = 0.25) -> Any:
        return value if random.random() < chance else None

    volume, uptime, deploy, response = (Decimal(random.choice(values)) for values in VALUES.values())
    return Query(
        words=random_words(random) if random.random() < 0.5 else "",
        production=maybe(random.choice(list(TierName)), 0.15),
        enterprise=random.random() < 0.08,
        min_requests_per_day=int(volume) if random.random() < 0.2 else None,
        min_uptime=maybe(uptime, 0.2),
        max_deploy_minutes=maybe(deploy, 0.15),
        max_response_minutes=maybe(response, 0.15),
        level=random.choice((Level.STATED, Level.STATED, *Level)),
        facets=_facets(random, catalogue),
        criteria=tuple(one for one in CRITERIA if one in some(random, CRITERIA, 2)) if random.random() < 0.25 else (),
        claimed=random.random() < 0.15,
        sort=maybe(random.choice(list(Sort)), 0.7),
        per_page=random.choice((1, 3, 20, 100)),
    )


def walk(generation: Generation, query: Query, catalogue: Catalogue) -> list[tuple[int, int | None]]:
    """Return the hits of all pages: providers with the systems of their headlines."""
    found: list[tuple[int, int | None]] = []
    results = answer(generation, query, catalogue)
    for number in range(1, results.page.count + 1):
        page = answer(generation, replace(query, page=number), catalogue) if number > 1 else results
        found += [(hit.provider_id, hit.system_id) for hit in page.hits]
    return found


def counts(results: Results) -> dict[str, dict[str, int]]:
    """Return every facet's counts by value."""
    return {facet: {one.value: one.count for one in values} for facet, values in results.facets.items()}
