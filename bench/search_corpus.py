"""Invented documents for benchmarks: words and terms as unevenly spread as in life, the same for the same seed."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from directory.catalogue.schema import FACETS
from directory.catalogue.services import Catalogue, shipped
from directory.rules.evaluator import TierName
from directory.search.document import NEVER, Document, SystemDocument, qualified
from directory.search.query import FACET_PARAMETERS
from directory.search.tokens import sort_key, tokens

CATALOGUE: Catalogue = shipped()
ON = date(2026, 11, 23)
COUNTRIES = ("US", "DE", "GB", "NL", "FR", "PL", "ES", "IN", "CH", "SE", "PT", "EE")
LANGUAGES = ("en", "de", "fr", "es", "nl", "pl", "ja")
BATCH = 500
PLAIN = ("industry", "agent_type", "region", "engagement", "framework", "model", "cloud", "tool")


def _vocabulary(random: Random, size: int) -> list[str]:
    syllables = ["ka", "ro", "mi", "ten", "sal", "vor", "del", "qui", "na", "po", "lu", "gra", "ser", "bo", "fi"]
    return ["".join(random.choices(syllables, k=random.randint(2, 5))) for _ in range(size)]


class Maker:
    """Makes documents: words and terms as unevenly spread as in life."""

    def __init__(self, seed: int) -> None:
        """Prepare vocabulary and weights."""
        self.random = Random(seed)
        self.words = _vocabulary(self.random, 20_000)
        self.cumulative = self._weights(len(self.words))
        self.terms: dict[str, list[str]] = {
            facet: [term.id for term in CATALOGUE.taxonomy.terms(facet)] for facet in FACETS
        }
        self.criteria = list(CATALOGUE.checklist.criteria)

    def _weights(self, size: int) -> list[float]:
        total, found = 0.0, []
        for place in range(1, size + 1):
            total += 1 / place
            found.append(total)
        return found

    def text(self, count: int) -> str:
        """Return so many words."""
        return " ".join(self.random.choices(self.words, cum_weights=self.cumulative, k=count))

    def some(self, values: list[str] | tuple[str, ...], most: int) -> tuple[str, ...]:
        """Return a few of the values, the first ones more often."""
        size = len(values)
        return tuple({values[int(size * self.random.random() ** 2)] for _ in range(self.random.randint(1, most))})

    def leveled(self, values: list[str], most: int, highest: int) -> tuple[str, ...]:
        """Return values qualified by every level up to a random one."""
        return tuple(
            qualified(value, level)
            for value in self.some(values, most)
            for level in range(self.random.randint(0, highest) + 1)
        )

    def system(self, number: int) -> SystemDocument:
        """Return a live system with three or four figures."""
        random = self.random
        volume, uptime = int(10 ** random.uniform(1, 6)) * 10_000, random.randint(980_000, 1_000_000)
        deploy, response = random.randint(2, 600) * 10_000, random.choice((5, 15, 30, 60, 240)) * 10_000
        level = random.choice((0, 0, 1, 2, 2, 4))
        has_response = random.random() < 0.7
        return SystemDocument(
            id=number,
            is_live=random.random() < 0.9,
            values=(volume, uptime, deploy, response if has_response else -1),
            levels=(level, level, max(0, level - 1), level if has_response else -1),
            is_round_the_clock=random.random() < 0.6,
        )

    def document(self, number: int) -> Document:
        """Return a provider with two systems on average. Analysing the text is part of the work."""
        random = self.random
        tier = random.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2))
        name, slug = self.text(2), f"provider-{number}"
        texts = (name, self.text(14), self.text(70), self.text(16))
        terms = {facet: self.some(self.terms[facet], 3) for facet in PLAIN} | {
            "country": self.some(COUNTRIES, 1),
            "size": self.some(self.terms["size"], 1),
            "language": self.some(LANGUAGES, 3),
            "certification": self.leveled(self.terms["certification"], 2, 1),
            "criterion": self.leveled(self.criteria, 24, 2),
            "production": tuple(one.value for one in TierName if one.rank <= tier),
            "enterprise": ("1",) if random.random() < 0.05 else (),
            "claimed": ("1",) if random.random() < 0.3 else (),
        }
        count = random.choice((1, 1, 2, 2, 4))
        return Document(
            id=number,
            slug=slug,
            name_key=sort_key(name, slug),
            words=(tokens(texts[0]), tokens(texts[1]), tokens(texts[2]), tokens(texts[3])),
            terms=terms,
            tier=tier,
            passes=random.randint(tier * 5, 15),
            published_at=1_700_000_000_000_000 + number,
            evaluated_on=ON.toordinal(),
            changes_on=NEVER,
            systems=tuple(self.system(number * 10 + one) for one in range(count)),
        )


def evidence_key(document: Document) -> tuple[int, int, int, str]:
    """Return what the order by evidence compares, the best lowest."""
    live = (one for one in document.systems if one.is_live)
    levels = sum(max(level, 0) for level in next(live).levels) if any(one.is_live for one in document.systems) else 0
    return (-document.tier, -document.passes, -levels, document.slug)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents on disk, made once and read by everybody; `places` has each one's place by evidence, by its id."""

    folder: Path
    size: int
    places: NDArray[np.int64]

    def batches(self) -> Iterator[list[Document]]:
        """Yield all documents, some hundreds at a time."""
        for file in sorted(self.folder.glob("*.documents")):
            yield pickle.loads(file.read_bytes())  # noqa: S301 - written by ourselves, in our own folder


def make_corpus(folder: Path, size: int) -> Corpus:
    """Invent so many documents and keep them in a folder."""
    maker, keys = Maker(7), []
    for start in range(0, size, BATCH):
        documents = [maker.document(number) for number in range(start + 1, min(size, start + BATCH) + 1)]
        keys += [(evidence_key(document), document.id) for document in documents]
        (folder / f"{start:09}.documents").write_bytes(pickle.dumps(documents))
    places = np.zeros(size + 1, np.int64)
    places[[number for _, number in sorted(keys)]] = np.arange(size)
    return Corpus(folder, size, places)


def plain_terms(document: Document) -> Iterator[tuple[str, str]]:
    """Yield a document's values of the twelve facets, certifications without their level."""
    for facet in FACET_PARAMETERS:
        for value in document.terms[facet]:
            if facet != "certification":
                yield facet, value
            elif value.endswith("/0"):
                yield facet, value.removesuffix("/0")
