"""Where the pages of single terms stand: one for each industry, place of hosting and kind of agent.

They aren't below `/providers`, where any first part is the slug of a provider and any second one a page about it.
"""

from dataclasses import dataclass, replace

from directory.search.query import Query


@dataclass(frozen=True, slots=True)
class Kind:
    """A facet whose terms have pages of their own: `plural` heads their list, `path` is its address."""

    facet: str
    path: str
    plural: str
    intro: str


KINDS = (
    Kind(
        "industry", "/industries", "Industries", "Who builds AI agents for which industry, and how many have shown it."
    ),
    Kind(
        "agent_type", "/agent-types", "What agents do", "Who builds which kind of AI agent, and how many have shown it."
    ),
    Kind("region", "/regions", "Where agents run", "Who can host AI agents where, and how many have shown it."),
)
BY_FACET = {kind.facet: kind for kind in KINDS}


def term_path(facet: str, value: str) -> str:
    """Return the address of a term's page."""
    return f"{BY_FACET[facet].path}/{value}"


def landing_of(query: Query) -> str | None:
    """Return the page that stands for the first results of a query: that of its only term, however ordered."""
    plain = Query()
    if len(query.facets) != 1 or query.facets[0][0] not in BY_FACET or len(query.facets[0][1]) != 1:
        return None
    facet, (value,) = query.facets[0]
    asked = replace(query, facets=(), sort=None, per_page=plain.per_page)
    return term_path(facet, value) if asked == plain else None
