"""A shortlist as others read it behind its link: live public data, and notes where the owner wants them seen."""

from dataclasses import dataclass

from flask import Response, make_response, render_template

from directory.core import links
from directory.core.links import LinkKind
from directory.shortlists.models import Shortlist, Status
from directory.shortlists.queries import kept
from directory.web.buyer.forms_shortlist import STATUSES
from directory.web.buyer.kept_cards import KeptCard, kept_cards
from directory.web.session import catalogue, reader, services, today


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What is read behind the link. Notes and statuses are shown only with `shows_notes`."""

    entries: tuple[KeptCard, ...]
    shows_notes: bool
    statuses: dict[Status, str]

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is on the page."""
        return any(one.kept.is_demo for one in self.entries)


def show(token: str) -> Response:
    """Show the shortlist whose link this is; one that was revoked is over, whatever it showed before."""
    shortlist = _behind(token)
    if shortlist is None:
        return _sent(render_template("buyer/shared_over.html"), 410)
    entries = kept_cards(reader(), kept(reader(), shortlist.id), catalogue(), today())
    page = SharedPage(entries, shortlist.shares_notes, STATUSES)
    return _sent(render_template("buyer/shared.html", page=page, shows_demo=page.shows_demo), 200)


def _behind(token: str) -> Shortlist | None:
    read = links.read(LinkKind.SHORTLIST, token, services().settings.secret_key)
    shortlist = reader().get(Shortlist, read[0]) if read else None
    if read is None or shortlist is None or shortlist.shared_at is None or shortlist.share_attempt != read[1]:
        return None
    return shortlist


def _sent(body: str, status: int) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
