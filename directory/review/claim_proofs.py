"""What shows that a firm is somebody's: an address on its domain, or a record in the domain's name system. Pure."""

from directory.core.errors import InvalidInputError
from directory.core.links import LinkKind, sign
from directory.providers.websites import AddressError, normalise_website
from directory.references.mailboxes import MailboxKind, kind_of, normalised, registrable
from directory.review.models import Claim

RECORD = "find-the-makers="
RECORD_LABEL = "_find-the-makers"


def is_provable(domain: str) -> bool:
    """Whether holding a registrable domain tells who a firm is: not where many firms share it."""
    try:
        return normalise_website(domain).domain == domain
    except AddressError:
        return False


def is_address_of(email: str, domain: str) -> bool:
    """Whether an e-mail address lies on a registrable domain, or a host below it, where not everybody can have one."""
    try:
        address = normalised(email)
    except InvalidInputError:
        return False
    return is_provable(domain) and kind_of(address) is MailboxKind.WORK and registrable(address) == domain


def expected_record(claim: Claim, secret_key: str) -> str:
    """Return the text that a TXT record of the domain must hold, whole."""
    return RECORD + sign(LinkKind.CLAIM_DNS, claim.id, claim.attempt, secret_key)


def record_names(domain: str) -> tuple[str, str]:
    """Return the two names at which the record may stand."""
    return domain, f"{RECORD_LABEL}.{domain}"
