"""Checklist and rules in force."""

from collections.abc import Iterable

from directory.catalogue import schema
from directory.rules.evaluator import TierName
from directory.rules.sentences import sentence
from directory.web.api import catalogue_shapes as shapes
from directory.web.api.addresses import page_links
from directory.web.api.operations import operation
from directory.web.session import catalogue


@operation("/checklist", answer=shapes.Checklist)
def get_checklist() -> shapes.Checklist:
    """Read the readiness checklist.

    Its areas with their criteria: a question a buyer can ask, why it matters, what a good answer shows
    and what evidence counts. The version in force.
    """
    checklist = catalogue().checklist
    return shapes.Checklist(
        version=checklist.version,
        published_on=checklist.published_on,
        summary=checklist.summary,
        areas=checklist.areas,
        links=page_links("/api/v1/checklist", "/checklist"),
    )


@operation("/rules", answer=shapes.Rules)
def get_rules() -> shapes.Rules:
    """Read the rules.

    How evidence is weighed and what the filters Production Experience and Enterprise ask, each rule as
    a sentence and as the condition that is computed. The version in force.
    """
    rules = catalogue().rules
    return shapes.Rules(
        version=rules.version,
        published_on=rules.published_on,
        summary=rules.summary,
        evidence=rules.evidence,
        production=shapes.PublishedProduction(
            rules.production.name,
            rules.production.summary,
            tuple(
                shapes.PublishedTier(TierName(tier.id), tier.name, tier.summary, _published(tier.rules))
                for tier in rules.production.tiers
            ),
        ),
        enterprise=shapes.PublishedEnterprise(
            rules.enterprise.name, rules.enterprise.summary, _published(rules.enterprise.rules)
        ),
        links=page_links("/api/v1/rules", "/methodology"),
    )


def _published(rules: Iterable[schema.Rule]) -> tuple[shapes.PublishedRule, ...]:
    return tuple(shapes.PublishedRule(rule.id, rule.name, sentence(rule, _label), rule.condition) for rule in rules)


def _label(kind: str, term_id: str) -> str:
    if kind == "criterion":
        criterion = catalogue().checklist.criteria.get(term_id)
        return criterion.name if criterion else term_id
    return catalogue().taxonomy.label(kind, term_id)
