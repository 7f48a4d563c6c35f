"""What `closedwon` says and how it exits, against a real Redis."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from redis import Redis

from app.journal import Journal
from app.ledger import Ledger
from app.letters import Letters
from app.terms import Letter, Nudge, Order
from tests.integration.commands import Command
from tests.ports import free_port
from workers.redis_server import RedisServer

ONE, TWO = "001000000000001AAA", "001000000000002AAA"
CHANNELS = ("/data/AccountChangeEvent", "/data/OpportunityChangeEvent")


def bury(redis: Redis, account: str, cause: str) -> None:
    """The account fails for good at its first stage."""
    nudges: list[Nudge] = []
    ledger = Ledger(redis, nudges.extend)
    ledger.open([Order(account, "a change")])
    _, held = ledger.claim("ingest", account, nudges[-1].ticket, 60)
    assert held
    ledger.dead(held, Letter(cause, "It does not fit. " * 30, "400 USER_ERROR"))


def put(redis: Redis, key: str, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        redis.hset(key, name, str(value))


@pytest.mark.parametrize("words", [("list",), ("requeue",)])
def test_an_unknown_cause_is_refused_with_those_there_are(
    command: Command, redis: Redis, words: tuple[str, ...]
) -> None:
    bury(redis, ONE, "RecordRejected")

    done = command.run("dead-letters", *words, "--cause", "RecordRejcted")

    assert done.returncode == 1
    assert "No dead letter has the cause RecordRejcted" in done.stderr
    assert "There are: RecordRejected 1." in done.stderr


def test_without_letters_an_unknown_cause_is_still_said(command: Command) -> None:
    done = command.run("dead-letters", "requeue", "--cause", "RecordRejected")

    assert done.returncode == 1
    assert "There are no dead letters." in done.stderr


def test_requeue_says_how_to_follow(command: Command, redis: Redis) -> None:
    bury(redis, ONE, "RecordRejected")

    done = command.run("dead-letters", "requeue", "--cause", "RecordRejected")

    assert done.returncode == 0
    assert done.stdout.splitlines() == ["Requeued 1 account.", "Follow one with: closedwon why ID"]


def test_the_list_shows_that_a_requeued_account_died_again(command: Command, redis: Redis) -> None:
    bury(redis, ONE, "RecordRejected")
    bury(redis, ONE, "RecordRejected")

    done = command.run("dead-letters", "list")

    header, row = done.stdout.splitlines()[:2]
    at = header.index("deaths")
    assert row.startswith(ONE)
    assert row[at:].split()[0] == "2"
    assert "last failure (UTC)" in header
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_the_list_goes_on_where_it_was_cut(command: Command, redis: Redis) -> None:
    bury(redis, ONE, "RecordRejected")
    bury(redis, TWO, "RecordRejected")

    first = command.run("dead-letters", "list", "--limit", "1").stdout
    place = first.split("Go on with: --after ")[1].strip()
    rest = command.json("dead-letters", "list", "--limit", "1", "--after", place)

    assert {first.splitlines()[1][:18], rest[0]["account"]} == {ONE, TWO}


@pytest.mark.parametrize(
    "words",
    [
        ("why", "hello"),
        ("sync", "hello"),
        ("dead-letters", "show", "hello"),
        ("dead-letters", "requeue", "hello"),
        ("dead-letters", "discard", "hello", "--reason", "x"),
    ],
)
def test_a_malformed_id_is_wrong_usage(command: Command, words: tuple[str, ...]) -> None:
    done = command.run(*words)

    assert done.returncode == 2
    assert "'hello' is no Account id" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_id_is_work_that_failed(command: Command) -> None:
    done = command.run("why", ONE)

    assert done.returncode == 1
    assert "never heard of" in done.stderr


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_letter_is_not_discarded_without_a_reason(
    command: Command, redis: Redis, reason: str
) -> None:
    bury(redis, ONE, "RecordRejected")

    done = command.run("dead-letters", "discard", ONE, "--reason", reason)

    assert done.returncode == 2
    assert "must not be empty" in done.stderr
    assert Letters(redis).get(ONE)


def test_status_names_each_channel_that_nobody_listens_to(command: Command) -> None:
    done = command.run("flow", "status")
    report = command.json("flow", "status")

    assert done.returncode == 0
    for channel in CHANNELS:
        assert f"WARNING: nobody hears {channel} (no listener heard)" in done.stdout
    assert "dead letters: cause" not in done.stdout
    assert set(report["channels"]) == set(CHANNELS)
    assert report["channels"][CHANNELS[0]]["state"] is None


def test_status_tells_numbers_as_numbers(command: Command, redis: Redis) -> None:
    now_ms = int(Journal(redis).now() * 1000)
    said = {"state": "listening", "events": 7, "errors": 0, "connected_since": now_ms - 5000}
    put(redis, f"cw:listener:{CHANNELS[0]}", said)
    put(redis, f"cw:cursor:{CHANNELS[0]}", {"replay_id": "00ff", "at": now_ms - 9000})

    about = command.json("flow", "status")["channels"][CHANNELS[0]]

    assert (about["state"], about["heard"], about["replay_id"]) == ("listening", True, "00ff")
    assert (about["events"], about["errors"]) == (7, 0)
    assert isinstance(about["connected_seconds_ago"], float)
    assert 9 <= about["stored_seconds_ago"] < 60
    assert about["last_event_seconds_ago"] is None


def test_the_switch_answers_programs_too(command: Command) -> None:
    off = command.json("flow", "off")
    dropped = command.json("flow", "off", "--drop", "--yes")
    on = command.json("flow", "on")

    assert off == dropped == {"flow": "off", "forgotten": 0}
    assert (on["flow"], set(on["ended_pauses"])) == ("on", {"flow"})
    assert on["ended_pauses"]["flow"].startswith("switched off by ")


@pytest.mark.parametrize(("age", "status"), [(None, 1), (5, 0), (70, 1)])
def test_status_check_fails_once_the_sweeper_is_late(
    command: Command, redis: Redis, age: int | None, status: int
) -> None:
    if age is not None:
        redis.set("cw:swept", int((Journal(redis).now() - age) * 1000))

    done = command.run("flow", "status", "--check")

    assert done.returncode == status
    assert done.stdout.startswith("The sweeper ran last: ")


@pytest.mark.parametrize(("heard", "status"), [(0, 1), (1, 1), (2, 0)])
def test_listen_check_says_in_one_line_what_it_found(
    command: Command, redis: Redis, heard: int, status: int
) -> None:
    for channel in CHANNELS[:heard]:
        said = {"state": "listening", "connected_since": 1_700_000_000_000}
        put(redis, f"cw:listener:{channel}", said)

    done = command.run("listen", "--check")

    states = [*(["listening"] * heard), *(["no listener heard"] * (2 - heard))]
    told = "; ".join(f"{channel}: {state}" for channel, state in zip(CHANNELS, states, strict=True))
    assert (done.returncode, done.stdout) == (status, f"{told}\n")


@pytest.mark.parametrize("words", [("run",), ("listen",), ("listen", "--check"), ("flow", "on")])
def test_redis_that_is_not_there_is_one_sentence(command: Command, words: tuple[str, ...]) -> None:
    (command.directory / "Procfile").write_text("worker: true\n")
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    done = command.run(*words, REDIS_URL=nowhere, FLOWER_BASIC_AUTH="ann:secret")

    assert (done.returncode, done.stdout) == (1, "")
    assert "Redis does not answer at REDIS_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_hung_redis_is_given_up(clouds: Mapping[str, str], tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, Redis.from_url(server.url) as client:
        pid = int(client.info("server")["process_id"])
        command = Command(clouds, server.url, tmp_path)
        os.kill(pid, signal.SIGSTOP)
        try:
            done = command.run("flow", "status")
        finally:
            os.kill(pid, signal.SIGCONT)

    assert done.returncode == 1
    assert "Redis does not answer" in done.stderr
