"""How search is doing, in words."""

from dataclasses import dataclass

OTHER_RULES = "the search index is being rebuilt for the rules in force"
STUCK = "the search index can't be written to"
FROM_DATABASE = "; answers come from the database"
AS_BEFORE = "; until then filters follow rules and entries as they were"
OLDER = "the search index is of an older make and will be rebuilt; answers come from the database"
UNREADABLE = "the search index can't be read and will be rebuilt; answers come from the database"


@dataclass(frozen=True, slots=True)
class SearchState:
    """How search is doing: `generation` names the state of the index, the same in every process.

    It is empty where there is none. `message` says in words what is amiss.
    """

    is_degraded: bool
    message: str
    generation: str
    providers: int
