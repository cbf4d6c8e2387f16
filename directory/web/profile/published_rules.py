"""Rules as they are published: each with its condition as a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from directory.catalogue.schema import CriteriaMet, Rule
from directory.catalogue.services import Catalogue
from directory.rules.sentences import sentence


@dataclass(frozen=True, slots=True)
class RulePart:
    """One rule as published."""

    id: str
    name: str
    sentence: str


def label_of(catalogue: Catalogue, kind: str, term: str) -> str:
    """Return how rules' sentences name a criterion or a certification."""
    if kind == "criterion":
        criterion = catalogue.checklist.criteria.get(term)
        return criterion.name if criterion else term
    return catalogue.taxonomy.label(kind, term)


def sentence_of(rule: Rule, catalogue: Catalogue) -> str:
    """Return a rule's condition as a sentence."""
    return sentence(rule, lambda kind, term: label_of(catalogue, kind, term))


def rule_parts(rules: Iterable[Rule], catalogue: Catalogue) -> tuple[RulePart, ...]:
    """Return rules as published."""
    return tuple(RulePart(rule.id, rule.name, sentence_of(rule, catalogue)) for rule in rules)


def rules_asking(catalogue: Catalogue, criterion: str) -> tuple[RulePart, ...]:
    """Return the rules that ask for a criterion of the checklist."""
    asking = (
        rule
        for rule in catalogue.rules.by_id.values()
        if isinstance(rule.condition, CriteriaMet) and criterion in rule.condition.all_of
    )
    return rule_parts(asking, catalogue)
