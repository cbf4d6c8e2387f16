"""What a provider's documents may speak of."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.evidence.subjects import Scope
from directory.providers.models import System


def scope_of(session: Session, provider_id: int, catalogue: Catalogue) -> Scope:
    """Return a provider's systems, those that run first, and the criteria and certifications of the catalogue."""
    query = select(System.id, System.name).where(System.provider_id == provider_id)
    systems = session.execute(query.order_by(System.retired_on.is_not(None), System.name, System.id))
    return Scope(
        systems={row.id: row.name for row in systems},
        criteria={key: criterion.name for key, criterion in catalogue.checklist.criteria.items()},
        certifications={term.id: term.label for term in catalogue.taxonomy.terms("certification")},
    )
