"""The queue: nothing lost, nothing held twice, failures wait ever longer."""

import multiprocessing
import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue

from sqlalchemy import select

from directory.core.db import Database
from directory.core.outbox import Job, enqueue_once
from directory.jobs import queue

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def put(database: Database, key: str, *, at: datetime = NOW) -> None:
    with database.writing() as session:
        enqueue_once(session, "mail", key, {"to": "somebody@buyer.example"}, at=at)


def only_job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def test_the_longest_due_job_comes_first_and_is_held_by_one_worker(database: Database) -> None:
    put(database, "later", at=NOW - timedelta(minutes=1))
    put(database, "sooner", at=NOW - timedelta(minutes=2))
    put(database, "tomorrow", at=NOW + timedelta(days=1))
    keys = []
    with database.reading() as session:
        while (held := queue.claim(database, "one", now=NOW)) is not None:
            job = session.get(Job, held.id)
            assert job is not None
            keys.append(job.key)
    assert keys == ["sooner", "later"]


def test_the_same_key_is_queued_once(database: Database) -> None:
    put(database, "same")
    put(database, "same", at=NOW + timedelta(hours=1))
    assert only_job(database).run_at == NOW


def test_a_job_whose_worker_died_is_taken_by_another_and_the_dead_one_changes_nothing(database: Database) -> None:
    put(database, "job")
    dead = queue.claim(database, "dead", now=NOW)
    assert dead is not None
    assert queue.claim(database, "alive", now=NOW + queue.LEASE) is None
    alive = queue.claim(database, "alive", now=NOW + queue.LEASE + timedelta(seconds=1))
    assert alive is not None
    assert (alive.id, alive.attempt) == (dead.id, 2)
    queue.finish(database, dead, now=NOW)
    assert only_job(database).state == "running"
    queue.finish(database, alive, now=NOW)
    assert only_job(database).state == "done"


def test_what_is_done_forgets_what_it_carried(database: Database) -> None:
    put(database, "job")
    held = queue.claim(database, "one", now=NOW)
    assert held is not None
    assert held.payload == {"to": "somebody@buyer.example"}
    queue.finish(database, held, now=NOW)
    assert only_job(database).payload == {}


def test_a_worker_that_lives_keeps_its_job_but_not_for_ever(database: Database) -> None:
    put(database, "job")
    held = queue.claim(database, "one", now=NOW)
    assert held is not None
    now = NOW
    while now - NOW < queue.LONGEST:
        assert queue.claim(database, "two", now=now) is None
        queue.renew(database, held, now=now)
        now += queue.LEASE - timedelta(seconds=10)
    queue.renew(database, held, now=now)
    taken = queue.claim(database, "two", now=now + queue.LEASE)
    assert taken is not None
    assert taken.attempt == 2
    queue.renew(database, held, now=now)
    assert only_job(database).leased_by == "two"


def test_a_mail_waits_for_days_for_a_server_that_is_away_and_keeps_its_attempts(database: Database) -> None:
    put(database, "job")
    now = NOW
    for _ in range(60):
        held = queue.claim(database, "one", now=now)
        assert held is not None
        queue.put_back(database, held, "ConnectionRefusedError", now=now, until=now + timedelta(hours=1))
        now += timedelta(hours=1)
    assert (only_job(database).state, only_job(database).attempts) == ("waiting", 0)
    while (held := queue.claim(database, "one", now=now)) is not None:
        queue.put_back(database, held, "ConnectionRefusedError", now=now, until=now + timedelta(hours=1))
        now += timedelta(hours=7)
    assert only_job(database).state == "failed"
    assert now - NOW > queue.WAIT_FOR_SERVER


def test_what_can_never_arrive_fails_at_once(database: Database) -> None:
    put(database, "job")
    held = queue.claim(database, "one", now=NOW)
    assert held is not None
    queue.fail(database, held, "PermanentRefusalError 550", now=NOW, is_final=True)
    assert (only_job(database).state, only_job(database).attempts) == ("failed", 1)


def test_a_failing_job_waits_ever_longer_and_is_given_up_in_the_end(database: Database) -> None:
    put(database, "job")
    now, waits = NOW, []
    while (held := queue.claim(database, "one", now=now)) is not None:
        queue.fail(database, held, "ConnectionRefusedError", now=now)
        job = only_job(database)
        if job.state == "failed":
            break
        assert job.state == "waiting"
        assert queue.claim(database, "one", now=job.run_at - timedelta(seconds=1)) is None
        waits.append(job.run_at - now)
        now = job.run_at
    assert only_job(database).last_error == "ConnectionRefusedError"
    assert len(waits) == queue.MAX_ATTEMPTS - 1
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=15)
    assert max(waits) <= timedelta(hours=6)


def _work(url: str, done: "Queue[int]", dies_after: int | None) -> None:
    database = Database(url)
    count = 0
    while (held := queue.claim(database, str(os.getpid()), now=NOW)) is not None:
        if count == dies_after:
            os.kill(os.getpid(), signal.SIGKILL)
        queue.finish(database, held, now=NOW)
        done.put(held.id)
        count += 1
    done.close()
    done.join_thread()
    database.dispose()


def test_several_processes_share_the_work_and_a_killed_one_loses_nothing(database: Database) -> None:
    for number in range(60):
        put(database, f"job {number}")
    database.dispose()
    context = multiprocessing.get_context("spawn")
    done: Queue[int] = context.Queue()
    processes = [context.Process(target=_work, args=(database.url, done, dies)) for dies in (None, None, 0)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes].count(-signal.SIGKILL) <= 1
    with database.reading() as session:
        states = Counter(session.scalars(select(Job.state)))
    assert states["waiting"] == 0
    assert states["done"] + states["running"] == 60
    assert states["running"] == [process.exitcode for process in processes].count(-signal.SIGKILL)
    finished = [done.get(timeout=10) for _ in range(states["done"])]
    assert len(set(finished)) == states["done"]
    after = NOW + queue.LEASE + timedelta(seconds=1)
    while (held := queue.claim(database, "rescuer", now=after)) is not None:
        queue.finish(database, held, now=after)
    with database.reading() as session:
        assert set(session.scalars(select(Job.state))) == {"done"}
