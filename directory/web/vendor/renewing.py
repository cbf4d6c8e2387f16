"""The day as of which answers and certifications are stated: how long it holds, and stating the same again. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from directory.catalogue.schema import EvidencePolicy
from directory.evidence.weighing import statement_ends_on
from directory.publishing.content import said
from directory.publishing.record import day_of
from directory.web.vendor.forms_edit import Typed
from directory.web.vendor.shown import Stated

ALL = "all_today"
"""The box of a page that states everything on it again; `<about>.today` is that of one thing."""

Statement = Mapping[str, str]
Kept = Callable[[Statement, str], Statement]
"""From a statement as typed and what it is about to the one that the draft has."""


def by_group(typed: Typed) -> dict[str, dict[str, str]]:
    """Return the statements of a page by what they are about."""
    found: dict[str, dict[str, str]] = {}
    for path, one in typed.items():
        about, _, name = path.rpartition(".")
        found.setdefault(about, {})[name] = str(one)
    return found


def by_criterion(kept: Mapping[str, Statement]) -> Kept:
    """Return how an answer is found in the draft."""
    return lambda _statement, about: kept.get(about, {})


def by_name(kept: Iterable[Statement]) -> Kept:
    """Return how a certification is found in the draft: rows move, names don't."""
    held = {one.get("name", ""): one for one in kept}
    return lambda statement, _about: held.get(statement.get("name", ""), {})


def dated(typed: Typed, kept: Kept, form: MultiDict[str, str], today: date) -> Typed:
    """Return what was typed with the day of each statement: the one set by hand, today for what changed or still holds.

    A page that saves as it goes may send the day from before its last save: it sends along which day it showed.
    """
    days: Typed = {}
    for about, statement in by_group(typed).items():
        before = kept(statement, about)
        if said(statement):
            is_ticked = ALL in form or f"{about}.today" in form
            shown = form.get(f"{about}.shown", before.get("as_of", ""))
            days[f"{about}.as_of"] = _day(statement, before, shown, today, is_ticked=is_ticked)
    return typed | days


def _day(statement: Statement, before: Statement, shown: str, today: date, *, is_ticked: bool) -> str:
    typed = statement.get("as_of", "")
    if typed and typed != shown:
        return typed
    if is_ticked or said(statement) != said(before):
        return today.isoformat()
    return before.get("as_of") or typed or today.isoformat()


@dataclass(frozen=True, slots=True)
class Validity:
    """How long statements hold, seen from a day."""

    policy: EvidencePolicy
    today: date

    def of(self, typed: Typed, kept: Kept) -> dict[str, Stated]:
        """Return until when each statement of a page holds, and which can be stated again."""
        return {about: self._renewable(one, kept(one, about)) for about, one in by_group(typed).items()}

    def of_figures(self, typed: Typed) -> dict[str, Stated]:
        """Return this of a system's figures, by metric: the same value of a newer day is a new figure."""
        groups = by_group(typed)
        found = {about.removeprefix("figures."): self._stated(one) for about, one in groups.items() if about}
        return {metric: one for metric, one in found.items() if one.as_of_on is not None}

    def _renewable(self, statement: Statement, before: Statement) -> Stated:
        plain = self._stated(statement)
        is_old = plain.as_of_on is None or plain.as_of_on < self.today
        return replace(plain, kept=before.get("as_of", ""), can_renew=bool(said(statement)) and is_old)

    def _stated(self, statement: Statement) -> Stated:
        as_of, own_end = _day_or_none(statement.get("as_of", "")), _day_or_none(statement.get("valid_until", ""))
        if as_of is None or as_of > self.today + timedelta(days=1) or not said(statement):
            return Stated()
        last = statement_ends_on(as_of, self.policy) - timedelta(days=1)
        last = min(last, own_end) if own_end else last
        return Stated(as_of, last, has_expired=last < self.today)


def _day_or_none(text: str) -> date | None:
    try:
        return day_of({"as_of": text})
    except ValueError:
        return None
