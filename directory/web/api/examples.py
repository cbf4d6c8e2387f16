"""Examples for the OpenAPI document, written as the types themselves so that they can't drift from them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from directory.rules.case import Outcome
from directory.rules.evaluator import TierName
from directory.web.api import shapes

_RULE = shapes.RuleOutcome("P2", Outcome.PASS, ("Claims desk: 48,200/day, corroborated",))
_HEADLINE = shapes.Headline(
    system="Claims desk",
    requests_per_day=shapes.Figure(Decimal(48_200), Decimal(48_200), "requests/day", 4, False, date(2026, 10, 1)),  # noqa: FBT003 - a field of the answer
    uptime_percent=shapes.Figure(Decimal("99.96"), Decimal("99.96"), "percent", 2, False, date(2026, 10, 1)),  # noqa: FBT003 - as above
    deploy_minutes=shapes.Figure(Decimal(12), Decimal(12), "minutes", 1, False, date(2026, 9, 14)),  # noqa: FBT003 - as above
    response_minutes=None,
)
_ITEM = shapes.Item(
    slug="halden-automation",
    name="Halden Automation",
    website="https://halden.example/",
    summary="Claims and document agents for insurers.",
    country="NO",
    claimed=True,
    demo=True,
    production_experience=shapes.ProductionExperience(TierName.IN_PRODUCTION, "Claims desk", (_RULE,)),
    enterprise=shapes.Enterprise(
        Outcome.UNKNOWN, (shapes.RuleOutcome("E2", Outcome.UNKNOWN, ("no such certification in force",)),)
    ),
    headline=_HEADLINE,
    updated_at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
)
_PROVIDERS = shapes.Providers(
    total=21,
    page=1,
    per_page=20,
    items=(_ITEM,),
    facets={"industry": (shapes.FacetCount("insurance", "Insurance", 21),)},
    links=shapes.Links(
        self="https://directory.example/api/v1/providers?industry=insurance",
        next="https://directory.example/api/v1/providers?industry=insurance&page=2",
        prev=None,
    ),
)


def _json(value: Any) -> Any:  # noqa: ANN401 - JSON
    return msgspec.json.decode(msgspec.json.Encoder(decimal_format="number").encode(value))


BY_OPERATION: dict[str, Any] = {"search_providers": _json(_PROVIDERS)}
"""An answer by operation id, as JSON values."""
