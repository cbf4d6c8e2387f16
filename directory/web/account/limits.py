"""How often one may try: counted by network address and by account, for accounts that don't exist too."""

import structlog
from flask import request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from directory.accounts.queries import plain_email
from directory.core.links import keyed_hash
from directory.web.security import limiter, network
from directory.web.session import services

LOG_IN = ("40 per 15 minutes", "20 per 15 minutes")
REGISTER = ("10 per hour", "4 per hour")
RESET = ("10 per hour", "4 per hour")
EMAIL = ("10 per hour", "4 per hour")
"""For each thing: by network address, by account."""
TOO_MANY = "Too many tries. What you typed is still here: wait a quarter of an hour, then send it again."
TOO_MANY_LETTERS = "Too many tries. What you typed is still here: wait an hour, then send it again."

log = structlog.get_logger("directory.web")
_own = FixedWindowRateLimiter(MemoryStorage())


def is_within(limits: tuple[str, str], account: str) -> bool:
    """Count a try, and say whether there may be one more; `account` is an e-mail address or a number."""
    secret_key = services().settings.secret_key
    by_account = keyed_hash("limit", plain_email(account), secret_key)[:32]
    keys = (f"address-{network()}", f"account-{by_account}")
    tried = [_hit(limit, f"{request.endpoint}", key) for limit, key in zip(limits, keys, strict=True)]
    return all(tried)


def _hit(limit: str, *keys: str) -> bool:
    try:
        return limiter.limiter.hit(parse(limit), *keys)
    except Exception as error:  # noqa: BLE001 - whatever a shared store raises, this process counts alone
        log.warning("limits are counted by this process alone", error=type(error).__name__)
        return _own.hit(parse(limit), *keys)
