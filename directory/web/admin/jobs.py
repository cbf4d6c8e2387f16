"""The jobs: what waits, runs, failed and why; trying again, and letting go of what isn't needed any more."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import InvalidInputError
from directory.jobs import administration as acts
from directory.jobs.handlers import HANDLERS
from directory.web.identity import account
from directory.web.session import reader, transaction

PAGE = "/admin/jobs"


@dataclass(frozen=True, slots=True)
class JobsPage:
    """The jobs as they stand; `refused` is the job whose discarding lacked a reason."""

    jobs: acts.Overview
    now: datetime
    refused: int = 0
    most: int = acts.SHOWN_AT_MOST
    reasons: tuple[tuple[str, str], ...] = tuple(acts.REASONS.items())


def show() -> str:
    """Show the jobs."""
    return _page()


def _page(refused: int = 0) -> str:
    now = clock.now()
    return render_template("admin/jobs.html", page=JobsPage(acts.overview(reader(), now), now, refused))


def retry(number: int) -> AnyResponse:
    """Try a failed job again."""
    with transaction() as session:
        acts.retry(session, number, actor=account().actor, at=clock.now())
    flash(f"Job {number} is tried again.")
    return redirect(PAGE, 303)


def retry_kind() -> AnyResponse:
    """Try every failed job of a kind again."""
    kind = request.form.get("kind", "")
    if kind not in HANDLERS:
        abort(400)
    with transaction() as session:
        count = acts.retry_kind(session, kind, actor=account().actor, at=clock.now())
    flash(f"{count} {'job is' if count == 1 else 'jobs are'} tried again.")
    return redirect(PAGE, 303)


def discard(number: int) -> AnyResponse | tuple[str, int]:
    """Delete a failed job, with a reason."""
    try:
        with transaction() as session:
            acts.discard(session, number, request.form.get("reason", ""), actor=account().actor, at=clock.now())
    except InvalidInputError:
        return _page(refused=number), 422
    flash(f"Job {number} is discarded.")
    return redirect(PAGE, 303)
