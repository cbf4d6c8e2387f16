"""`directory serve`, `directory worker`, and `directory run`, which is both on a desk."""

import ctypes
import gc
import logging
import os
import signal
import subprocess
import sys
from types import FrameType

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from directory.app import create_app
from directory.catalogue.services import in_force
from directory.commands.context import Context, pass_context
from directory.commands.database import bring_up_to_date
from directory.commands.demo import load_demo
from directory.commands.demo_people import lines_of_people, load_people
from directory.core import clock, schema
from directory.core.errors import DomainError
from directory.jobs.worker import Worker
from directory.providers.models import Provider
from directory.search import refresh
from directory.web.session import KEY, Services

WORKERS = 4
THREADS = 4
STOP_SECONDS = 10
M_MMAP_THRESHOLD = -3
LARGE = 64 * 1024
"""glibc's option for the bytes from which a block of memory goes back when it is freed. A page is larger than that."""
log = logging.getLogger(__name__)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with the project's settings; the application is loaded once and shared by its workers."""

    def __init__(self, bind: str, workers: int) -> None:
        """Take the address as HOST:PORT and the number of worker processes."""
        self.chosen = {
            "bind": bind,
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "preload_app": True,
            "timeout": 30,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": 5,
            "limit_request_line": 8190,
            "max_requests": 0,
            "errorlog": "-",
            "loglevel": "error",  # its warnings name the reader's address and what they asked for
            "forwarded_allow_ips": "",  # which proxies are believed is ours to say: DIRECTORY_TRUSTED_PROXIES
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn what was chosen, leaving out what this version doesn't know."""
        for name, value in self.chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        """Return the WSGI application; gunicorn asks for it before it forks."""
        give_back_large_blocks()
        app = create_app()
        share(app)
        return app


def give_back_large_blocks() -> None:
    """Have what pages took go back to the system: glibc would soon keep it, with holes, once for each thread.

    Other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)


def share(app: Flask) -> None:
    """Do before the fork what each process would do for itself: read the index, compile the pages.

    What is there then is shared by all processes and left alone by the garbage collector, which would write to it.
    Connections aren't shared. A directory that can't be read yet starts all the same.
    """
    parts: Services = app.extensions[KEY]
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    try:
        with parts.database.reading() as session:
            catalogue = in_force(session)
        parts.search.warm(catalogue, clock.today())
    except (SQLAlchemyError, DomainError) as error:
        log.warning("nothing was read before the start: %s", type(error).__name__)
    finally:
        parts.database.dispose()
    gc.collect()
    gc.freeze()


@click.command()
@click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address, as HOST:PORT.")
@pass_context
def serve(context: Context, workers: int, bind: str) -> None:
    """Serve the directory with gunicorn."""
    _ = context.settings  # a bad setting stops here, with one line
    Server(bind, workers).run()


@click.command()
@pass_context
def worker(context: Context) -> None:
    """Carry out jobs and keep the search index up to date; run as many as you like."""
    if schema.current(context.database.engine) != schema.head():
        raise click.ClickException("the database's schema isn't the newest. Run: directory migrate")
    one = Worker(context.database, context.settings)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        one.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    one.run()


def _prepare(context: Context) -> None:
    bring_up_to_date(context)
    with context.database.reading() as session:
        is_empty = session.scalars(select(Provider.id).limit(1)).first() is None
    if is_empty and not context.settings.is_production:
        load_demo(context)
    elif _has_demo(context):
        load_people(context)
    refresh.refresh(context.database, context.settings.index_dir, on=clock.today())


def _has_demo(context: Context) -> bool:
    with context.database.reading() as session:
        return session.scalars(select(Provider.id).where(Provider.is_demo).limit(1)).first() is not None


def _stop_all(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port.")
@click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="Processes that serve.")
@pass_context
def run(context: Context, port: int, workers: int) -> None:
    """Set up what is missing, then serve and work until Ctrl-C: the whole directory on one desk."""
    _prepare(context)
    log_ins = lines_of_people(context)
    context.database.dispose()
    base = [sys.executable, "-m", "directory"]
    environment = {"DIRECTORY_BASE_URL": f"http://127.0.0.1:{port}"} | dict(os.environ)
    bind = f"127.0.0.1:{port}"
    server = ["serve", "--bind", bind, "--workers", str(workers)]
    processes = [_start([*base, *rest], environment) for rest in (server, ["worker"])]
    click.echo(f"Find the Makers is at http://{bind}  (Ctrl-C stops it)")
    click.echo(f"mail is written to {context.settings.mail_dir}" if not context.settings.smtp_url else "mail is sent")
    for line in log_ins:
        click.echo(line)
    ended = _wait(processes)
    if ended is not None:
        msg = f"{ended} ended by itself; the lines above say why"
        raise click.ClickException(msg)


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own: Ctrl-C reaches only the parent, which then ends them in order."""
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own command


def _wait(processes: list[subprocess.Popen[bytes]]) -> str | None:
    """Wait for a signal or for a process that ends by itself; return the latter's name."""

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):  # a shell's background job starts with the second one ignored
        signal.signal(number, interrupted)
    try:
        while True:
            for name, process in zip(("the server", "the worker"), processes, strict=True):
                try:
                    process.wait(timeout=0.5)
                except subprocess.TimeoutExpired:
                    continue
                return name
    except KeyboardInterrupt:
        return None
    finally:
        _stop_all(processes)
