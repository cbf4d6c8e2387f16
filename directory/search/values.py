"""The values that parameters may have, with their labels."""

from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType

from cachetools import LRUCache

from directory.catalogue.schema import FACETS
from directory.catalogue.services import Catalogue
from directory.core.places import countries, languages
from directory.evidence.levels import Level
from directory.rules.evaluator import TierName

Labels = Mapping[str, str]


def _labels(catalogue: Catalogue) -> Mapping[str, Labels]:
    taxonomy, rules = catalogue.taxonomy, catalogue.rules
    found: dict[str, Labels] = {facet: {term.id: term.label for term in taxonomy.terms(facet)} for facet in FACETS}
    names = {tier.id: tier.name for tier in rules.production.tiers}
    return MappingProxyType(
        found
        | {
            "country": countries(),
            "language": languages(),
            "criterion": {criterion.id: criterion.name for criterion in catalogue.checklist.criteria.values()},
            "production": {tier.value: names[tier.value] for tier in TierName},
            "enterprise": {"1": rules.enterprise.name},
            "claimed": {"1": "Claimed"},
            "level": {str(int(level)): level.word for level in Level},
        }
    )


_known: LRUCache[tuple[int, int, int], tuple[Catalogue, Mapping[str, Labels]]] = LRUCache(16)
_lock = Lock()


def all_choices(catalogue: Catalogue) -> Mapping[str, Labels]:
    """Return the values that each counted parameter may have, in their natural order, with their labels.

    Worked out once for each catalogue: by identity, since hashing one costs more than looking it up. The
    catalogue is kept beside, so that its identity can't be taken by another.
    """
    key = (id(catalogue.taxonomy), id(catalogue.checklist), id(catalogue.rules))
    with _lock:
        if key not in _known:
            _known[key] = (catalogue, _labels(catalogue))
        return _known[key][1]


def choices(parameter: str, catalogue: Catalogue) -> Labels:
    """Return the values of one counted parameter; see `all_choices`."""
    return all_choices(catalogue)[parameter]
