"""Demonstration log-ins: one for each role, on a desk only, never in production.

Their passwords and the admin's second factor are derived from the installation's secret key: they can be printed at
every start, stand in no code, and are others on another machine.
"""

import base64
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.accounts.models import Role, User
from directory.accounts.passwords import hash_password, is_right
from directory.accounts.queries import by_email
from directory.accounts.registration import Applicant, add_account
from directory.accounts.services import end_sessions
from directory.commands.context import Context
from directory.core import clock
from directory.core.links import keyed_hash
from directory.providers.membership import MemberRole, Membership
from directory.providers.models import Provider
from directory.web.account.one_time_codes import Codes, codes, known_secret

ACTOR = "demo"
PEOPLE = {
    Role.BUYER: ("buyer@demo.example", "Bea Buyer"),
    Role.VENDOR: ("vendor@demo.example", "Vera Vendor"),
    Role.ADMIN: ("admin@demo.example", "Adam Admin"),
}


@dataclass(frozen=True, slots=True)
class LogIn:
    """What it takes to log in as somebody; `key` is the second factor's, in base 32."""

    role: Role
    email: str
    name: str
    password: str
    key: str = ""


def log_ins(secret_key: str) -> list[LogIn]:
    """Return the demonstration log-ins of this installation."""
    return [_log_in(role, email, name, secret_key) for role, (email, name) in PEOPLE.items()]


def _log_in(role: Role, email: str, name: str, secret_key: str) -> LogIn:
    password = f"demo-{keyed_hash('demo-password', email, secret_key)[:16]}"
    digest = bytes.fromhex(keyed_hash("demo-totp", email, secret_key))[:20]
    key = base64.b32encode(digest).decode() if role is Role.ADMIN else ""
    return LogIn(role, email, name, password, key)


def load_people(context: Context) -> None:
    """Make the demonstration log-ins, or put them back to what is printed; nothing in production."""
    if context.settings.is_production:
        return
    at = clock.now()
    for one in log_ins(context.settings.secret_key):
        with context.database.reading() as session:
            there = by_email(session, one.email)
        if there is None or not (there.is_demo and is_right(there.password, one.password)):
            hashed = hash_password(one.password)
            with context.database.writing() as session:
                _put(session, context, one, hashed, at=at)


def _put(session: Session, context: Context, one: LogIn, hashed: str, *, at: datetime) -> None:
    user = by_email(session, one.email)
    if user is None:
        user = add_account(session, Applicant(one.name, one.email, hashed, one.role), actor=ACTOR, at=at, is_demo=True)
    elif not user.is_demo:
        return  # somebody has registered the address: it is theirs
    else:
        end_sessions(session, user.id, actor=ACTOR, at=at)
    user.password, user.role, user.updated_at = hashed, one.role, at
    if one.key:
        user.tf_primary_method = "authenticator"
        user.tf_totp_secret = known_secret(codes(context.settings), one.key)
    if one.role is Role.VENDOR:
        _give_entry(session, user, at=at)


def _give_entry(session: Session, user: User, *, at: datetime) -> None:
    """Make the vendor the owner of the first claimed demonstration entry."""
    query = select(Provider.id).where(Provider.is_demo, Provider.claimed_at.is_not(None)).order_by(Provider.id)
    provider_id = session.scalar(query.limit(1))
    member_of = select(Membership.id).where(Membership.user_id == user.id)
    if provider_id is not None and session.scalar(member_of.limit(1)) is None:
        member = Membership(provider_id=provider_id, user_id=user.id, role=MemberRole.OWNER, created_at=at)
        session.add(member)


def remove_people(context: Context) -> int:
    """Remove the demonstration log-ins; what they did keeps their number, and no person."""
    with context.database.writing() as session:
        gone = session.scalars(delete(User).where(User.is_demo).returning(User.id)).all()
    return len(gone)


def lines_of_people(context: Context) -> list[str]:
    """Return the demonstration log-ins that are there, to be printed; none in production."""
    if context.settings.is_production:
        return []
    with context.database.reading() as session:
        there = set(session.scalars(select(User.email).where(User.is_demo)))
    found = [one for one in log_ins(context.settings.secret_key) if one.email in there]
    lines = ["demonstration log-ins, on this machine only:"] if found else []
    for one in found:
        lines.append(f"  {one.role:<7} {one.email:<20} password {one.password}")
        lines += _lines_of_key(one, codes(context.settings)) if one.key else []
    return lines


def _lines_of_key(one: LogIn, made: Codes) -> list[str]:
    secret = known_secret(made, one.key)
    return [
        f"          second factor: the key {one.key} in an authenticator app, or",
        f"          {made.get_totp_uri(one.email, secret)}",
        f"          (its code right now is {made.generate_totp_password(secret)})",
    ]
