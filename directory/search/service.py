"""Search as the rest of the house sees it: one object per process, any number of threads."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np

from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.core.errors import UnavailableError
from directory.search import index as store
from directory.search.answer import answer, total
from directory.search.bitmaps import NOBODY
from directory.search.document import batches, read_documents, read_texts
from directory.search.generation import Generation, build, replaced
from directory.search.plotting import spread as spread_of
from directory.search.query import Query, Sort
from directory.search.reading import DamagedIndexError, IndexReader, ReplacedError
from directory.search.refresh import last_event, public_ids
from directory.search.results import Results, Spelling
from directory.search.segment import from_documents
from directory.search.spelling import respelled, respellings
from directory.search.state import AS_BEFORE, FROM_DATABASE, OLDER, OTHER_RULES, STUCK, UNREADABLE, SearchState
from directory.search.suggesting import Suggested, suggested

LOOK_EVERY = 0.2
"""Seconds between two looks at whether something newer exists."""
MOST_WITHOUT_INDEX = 5_000
"""Up to so many providers are searched straight from the database when there is no index to use."""
ATTEMPTS = 5
log = logging.getLogger(__name__)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A generation read from the index; `name` tells the states of the index apart."""

    name: str
    catalogue: str
    generation: Generation


@dataclass(frozen=True, slots=True)
class Derived:
    """A generation for one day and catalogue, made from `source` (a `Loaded.name`, or a position in the log)."""

    source: str
    on: date
    catalogue: str
    generation: Generation


class Search:
    """Answers queries from the newest generation of the index.

    What expired since the index was written is evaluated again from the database, so that no job needs to
    have run. Without an index made for the catalogue in force, answers come from the database; where that would
    take too long, from the index made for the catalogue before, and `state` says so.
    """

    def __init__(self, database: Database, index_dir: Path) -> None:
        """Read nothing yet: the first query does."""
        self._database = database
        self._index_dir = index_dir
        self._reader = IndexReader()
        self._loading = threading.Lock()
        self._deriving = threading.Lock()
        self._looked_at = float("-inf")
        self._loaded: Loaded | None = None
        self._derived: Derived | None = None
        self._fallback: Derived | None = None
        self._trouble = ""
        self._behind = ""
        self._is_stuck = False

    def warm(self, catalogue: Catalogue, on: date) -> None:
        """Do what the first searches would: read the index, and remember what all of them use.

        A server calls it before it forks, so that its processes share the memory and none answers slowly at first.
        """
        generation = self.generation(catalogue, on)
        for sort in Sort:
            answer(generation, Query(sort=sort), catalogue)

    def find(self, query: Query, catalogue: Catalogue, on: date, *, spread: bool = False) -> Results:
        """Return the results as of a day; UnavailableError while there is no index and too much for the database.

        `spread`: where all of them stand by volume and uptime is wanted too.
        """
        return self._steadily(lambda: self._answer(query, catalogue, on, spread=spread))

    def suggest(self, text: str, catalogue: Catalogue, on: date) -> Suggested:
        """Return what somebody who typed this may mean; as fresh as the index."""
        return self._steadily(lambda: suggested(self.generation(catalogue, on), text, catalogue))

    def _steadily(self, ask: Callable[[], Found]) -> Found:
        """Return an answer of one generation, asking again where a part of that one can't be read.

        Parts that are read on demand vanish with the generation they belong to. Only where there is no newer one is
        the index at fault, and the database asked instead.
        """
        for _ in range(ATTEMPTS):
            loaded = self._newest()
            try:
                return ask()
            except DamagedIndexError:
                if not self._is_superseded(loaded):
                    log.exception("the search index can't be read")
                    break
        self._give_up()
        return ask()

    def _is_superseded(self, loaded: Loaded | None) -> bool:
        """Look at the index at once, and return whether there is something newer than this."""
        with self._loading:
            self._load()
            self._looked_at = time.monotonic()
            return self._loaded is not loaded

    def _answer(self, query: Query, catalogue: Catalogue, on: date, *, spread: bool) -> Results:
        generation = self.generation(catalogue, on)
        results = answer(generation, query, catalogue)
        if spread:
            results = replace(results, spread=spread_of(generation, query))
        if results.total or not query.words:
            return results
        return replace(results, spelling=self._spelling(generation, query))

    def _spelling(self, generation: Generation, query: Query) -> Spelling | None:
        """Return the search with words that somebody has, where that finds something."""
        found = respellings(generation, query.words)
        if not found:
            return None
        with self._database.reading() as session:
            texts = read_texts(session, {one.provider_id for one in found})
        other = replace(query, words=respelled(query.words, found, texts), page=1)
        count = total(generation, other)
        return Spelling(other, count) if count else None

    def generation(self, catalogue: Catalogue, on: date) -> Generation:
        """Return the generation that answers for a catalogue on a day."""
        loaded = self._newest()
        if loaded is None:
            return self._from_database(catalogue, on).generation
        if loaded.catalogue != catalogue.key:
            return self._despite(OTHER_RULES, lambda: loaded.generation, catalogue, on)
        if self._is_stuck:
            return self._despite(STUCK, lambda: self._as_of(loaded, catalogue, on), catalogue, on)
        self._fallback, self._behind = None, ""
        return self._as_of(loaded, catalogue, on)

    def _despite(self, why: str, otherwise: Callable[[], Generation], catalogue: Catalogue, on: date) -> Generation:
        """Return what answers while the index isn't for the catalogue in force, or can't be brought up to date."""
        try:
            generation = self._from_database(catalogue, on).generation
        except UnavailableError:  # too many to weigh at once: the index as it is is better than nothing
            generation, self._behind = otherwise(), why + AS_BEFORE
        else:
            self._behind = why + FROM_DATABASE
        return generation

    def state(self) -> SearchState:
        """Return how search is doing, as far as the last query or a look at the index shows."""
        loaded = self._newest()
        if loaded is None:
            fallback = self._fallback
            count = len(fallback.generation.alive) if fallback else 0
            message = self._trouble or "there is no search index yet; answers come from the database"
            return SearchState(is_degraded=True, message=message, generation="", providers=count)
        message = self._amiss or f"reads the index of {len(loaded.generation.alive):,} providers"
        return SearchState(bool(self._amiss), message, loaded.name, len(loaded.generation.alive))

    def standing(self) -> tuple[str, str]:
        """Return what tells the answers of one moment from those of another: the generation, and what is amiss."""
        loaded = self._newest()
        return ("", self.state().message) if loaded is None else (loaded.name, self._amiss)

    @property
    def _amiss(self) -> str:
        return self._behind or (STUCK if self._is_stuck else "")

    # ---------------------------------------------------------------- the index

    def _newest(self) -> Loaded | None:
        """Return the newest generation of the index; while one thread reads it, others use the one before."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY or not self._loading.acquire(blocking=self._loaded is None):
            return self._loaded
        try:
            if now - self._looked_at >= LOOK_EVERY:
                self._load()
                self._looked_at = time.monotonic()
            return self._loaded
        finally:
            self._loading.release()

    def _load(self) -> None:
        """Read the index if it changed; try again when the writer replaced what was about to be opened."""
        self._is_stuck = store.is_stuck(self._index_dir)
        for attempt in range(ATTEMPTS):
            try:
                folder = store.current_folder(self._index_dir)
            except (OSError, ValueError):
                self._loaded, self._trouble = None, ""
                return
            try:
                self._load_from(folder)
                return
            except ReplacedError:
                continue  # after the last attempt what is there goes on, and the next look tries again
            except Exception:  # a damaged index makes Whoosh raise anything
                if attempt < ATTEMPTS - 1:
                    time.sleep(0.01)
                    continue
                log.exception("the search index can't be read")
                self._give_up()

    def _give_up(self) -> None:
        """Leave the index alone until the writer has built it anew, and ask for that."""
        self._loaded = None
        self._trouble = UNREADABLE
        try:
            (store.current_folder(self._index_dir) / store.BROKEN).touch()
        except (OSError, ValueError):
            log.warning("the search index can't be marked as broken")

    def _load_from(self, folder: Path) -> None:
        if (folder / store.BROKEN).exists():
            self._loaded, self._trouble = None, UNREADABLE
            return
        meta = store.read_meta(folder)
        if meta.schema != store.SCHEMA:
            self._loaded, self._trouble = None, OLDER
            return
        name = f"{meta.build}-{store.open_index(folder).latest_generation()}"
        if self._loaded is None or self._loaded.name != name:
            parts = self._reader.read(folder) or [(from_documents([]), NOBODY)]
            if store.current_folder(self._index_dir) != folder:
                raise ReplacedError(folder.name)
            self._loaded, self._trouble = Loaded(name, meta.catalogue, build(parts)), ""

    # ---------------------------------------------------------------- what the index doesn't know

    def _as_of(self, loaded: Loaded, catalogue: Catalogue, on: date) -> Generation:
        """Return the generation with what isn't right on that day replaced."""
        derived = self._derived
        if derived is None or (derived.source, derived.on, derived.catalogue) != (loaded.name, on, catalogue.key):
            with self._deriving:
                derived = self._derived
                if derived is None or (derived.source, derived.on) != (loaded.name, on):
                    generation = self._corrected(loaded.generation, catalogue, on)
                    derived = self._derived = Derived(loaded.name, on, catalogue.key, generation)
        return derived.generation

    def _corrected(self, generation: Generation, catalogue: Catalogue, on: date) -> Generation:
        stale = generation.stale_on(on.toordinal())
        if not len(stale):
            return generation
        documents = []
        for some in batches([int(one) for one in stale]):
            with self._database.reading() as session:
                documents += read_documents(session, some, catalogue, on)
        return replaced(generation, np.asarray(stale, np.int64), from_documents(documents))

    def _from_database(self, catalogue: Catalogue, on: date) -> Derived:
        """Return a generation made of the database alone, remembered until the next event."""
        with self._database.reading() as session:
            source = str(last_event(session))
        wanted = (source, on, catalogue.key)
        fallback = self._fallback
        if fallback is None or (fallback.source, fallback.on, fallback.catalogue) != wanted:
            with self._deriving:
                fallback = self._fallback
                if fallback is None or (fallback.source, fallback.on, fallback.catalogue) != wanted:
                    fallback = self._fallback = Derived(source, on, catalogue.key, self._whole(catalogue, on))
        return fallback

    def _whole(self, catalogue: Catalogue, on: date) -> Generation:
        with self._database.reading() as session:
            ids = public_ids(session)
            if len(ids) > MOST_WITHOUT_INDEX:
                raise UnavailableError("search is being rebuilt; please try again in a moment")
            documents = [one for some in batches(ids) for one in read_documents(session, some, catalogue, on)]
        return build([(from_documents(documents), NOBODY)])
