"""Whether a peer's answers are ours: a benchmark of different answers is worth nothing."""

from collections.abc import Iterable
from dataclasses import replace

from bench.asked import Asked, Found, Peer
from bench.peers.ours import Ours
from directory.search.query import FACET_PARAMETERS, Sort

ESTIMATE = 0.05
"""By how much an estimated total may be off."""


def alike(asked: Asked) -> list[str]:
    """Return the facets whose counts mean the same to everybody.

    Ours leave out what is chosen in the facet itself, and count certifications at the level that is asked for.
    """
    if not asked.has_counts:
        return []
    at_level = ("certification",) if asked.query.level else ()
    return [one for one in FACET_PARAMETERS if not asked.query.chosen(one) and one not in at_level]


def compare(ours: Found, theirs: Found, asked: Asked, name: str) -> None:
    """Stop when a peer disagrees: on the total, on counts that both define alike, or on the first twenty.

    Where a metric orders, whoever has the same value may stand in either's place. By relevance, each ranks in its
    own way.
    """
    off = abs(ours.total - theirs.total)
    if off > (ESTIMATE * ours.total if theirs.is_estimate else 0):
        raise AssertionError(f"{name}: {theirs.total} instead of {ours.total}, {asked}")
    for facet in alike(asked):
        if ours.counts[facet] != theirs.counts.get(facet, {}):
            raise AssertionError(f"{name}: {facet} {theirs.counts.get(facet)} instead of {ours.counts[facet]}, {asked}")
    if asked.query.ordering is Sort.RELEVANCE:
        return
    mine, other = (ours.keys, theirs.keys) if asked.query.ordering.metric else (ours.ids, theirs.ids)
    if mine != other:
        raise AssertionError(f"{name}: {other} instead of {mine}, {asked}")


def check(ours: Ours, peer: Peer, questions: Iterable[Asked]) -> None:
    """Stop unless a peer's answers are ours; what each orders by relevance is compared by evidence, too."""
    for asked in questions:
        compare(ours.keyed(asked), peer.find(asked), asked, peer.name)
        if asked.query.ordering is Sort.RELEVANCE:
            by_evidence = Asked(replace(asked.query, sort=Sort.EVIDENCE), has_counts=False)
            compare(ours.keyed(by_evidence), peer.find(by_evidence), by_evidence, peer.name)
