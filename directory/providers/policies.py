"""Who may do what with a provider's entry: pure predicates."""

from directory.accounts.policies import Person, may_decide
from directory.providers.membership import MemberRole


def may_edit(membership: MemberRole | None) -> bool:
    """Whether a member may write the entry's draft, documents and references."""
    return membership is not None


def may_own(membership: MemberRole | None) -> bool:
    """Whether a member may decide on people, and withdraw or remove the entry."""
    return membership is MemberRole.OWNER


def may_decide_on(person: Person | None, membership: MemberRole | None) -> bool:
    """Whether an admin may decide on something of this provider: nobody judges their own entry."""
    return may_decide(person) and membership is None
