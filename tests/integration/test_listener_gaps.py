"""A place that is missing or lost: a gap is written down, the stream opened at LATEST, and only
then may the reconciler read what was missed.
"""

from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from app.passes import OVERLAP_SECONDS, Pass
from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, OPPORTUNITIES, QUICK, Scene

NEVER = 3600.0
UNKNOWN = b"\1\2\3".hex()
REFUSED, CUT = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNAVAILABLE


def _ends(scene: Scene, status: grpc.StatusCode) -> int:
    """How many streams ended so."""
    ended = scene.people.requests(call="pubsub.subscribe")
    return [stream["status"] for stream in ended].count(status.value[0])


def _ready(scene: Scene, channel: str = ACCOUNTS) -> Pass:
    """Waits until the channel's gap may be read."""
    gap = eventually(lambda: (g := scene.gap(channel)) and g.ready and g, "the gap is ready")
    assert gap
    return gap


def _lose_the_place(scene: Scene, *, commit: int = 0) -> None:
    """The stored cursor is one that Salesforce does not know; its commit, in epoch seconds."""
    given = {"commit_ms": str(commit * 1000)} if commit else {}
    scene.redis.hset(f"cw:cursor:{ACCOUNTS}", mapping={"replay_id": UNKNOWN, **given})


@pytest.mark.parametrize(
    ("channel", "entities"),
    [
        (ACCOUNTS, ["Account"]),
        (OPPORTUNITIES, ["Opportunity"]),
        ("/data/ChangeEvents", ["Account", "Opportunity"]),
    ],
)
def test_without_a_cursor_there_is_a_gap_of_72_hours_and_nothing_is_heard_twice(
    scene: Scene, caplog: pytest.LogCaptureFixture, channel: str, entities: list[str]
) -> None:
    before = scene.save_account("Before")

    with scene.listening(salesforce_channels=(channel,)):
        gap = _ready(scene, channel)
        after = scene.save_account("After")

        now = int(scene.redis.time()[0])
        assert 0 <= now - gap.since - 72 * 3600 < 60
        assert gap.steps == tuple(f"modified:{entity}" for entity in entities)
        assert f"{channel}: A GAP IS OPEN since" in caplog.text
        assert "no cursor was stored" in caplog.text
        if "Account" in entities:
            scene.opened([after])
        assert not scene.row(before)


def test_a_gap_begins_where_the_reconciler_has_read_to(scene: Scene) -> None:
    stamps = {"Account": 1_700_000_500, "Opportunity": 1_700_000_400}
    scene.redis.hset("cw:watermarks", mapping=stamps)

    with scene.listening(salesforce_channels=("/data/ChangeEvents", ACCOUNTS)):
        both, alone = _ready(scene, "/data/ChangeEvents"), _ready(scene, ACCOUNTS)

        assert both.since == stamps["Opportunity"] - OVERLAP_SECONDS
        assert alone.since == stamps["Account"] - OVERLAP_SECONDS


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("no hex", "cannot be read"),
        (UNKNOWN, "no longer knows the place"),
        ("ff" * 10, "no longer knows the place"),
    ],
)
def test_a_place_that_is_lost_is_a_gap_since_the_last_commit(
    scene: Scene, caplog: pytest.LogCaptureFixture, damage: str, words: str
) -> None:
    commit = 1_700_000_000
    fields = {"replay_id": damage, "commit_ms": commit * 1000}
    scene.redis.hset(f"cw:cursor:{ACCOUNTS}", mapping=fields)
    scene.redis.hset("cw:watermarks", "Account", commit + 3600)

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        gap = _ready(scene)
        scene.opened([scene.save_account()])

        assert gap.since == commit - OVERLAP_SECONDS
        assert words in gap.cause
        assert words in caplog.text
        assert ("THE PLACE WHERE WE STOPPED IS LOST" in caplog.text) or damage == "no hex"
        eventually(lambda: scene.cursor()["replay_id"] != damage, "the new place is stored")


def test_a_place_that_salesforce_refuses_is_asked_for_once(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened([scene.save_account()])
        eventually(lambda: scene.cursor().get("replay_id"), "a place is stored")
    scene.simulator.post("replay-ids/refuse")
    assert not _ends(scene, REFUSED)

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        _ready(scene)
        scene.simulator.post("streams/close", {"status": "UNAVAILABLE"})
        eventually(lambda: _ends(scene, CUT), "the stream was cut")
        scene.connected(ACCOUNTS)

        assert _ends(scene, REFUSED) == 1


def test_a_gap_is_written_down_before_the_stream_and_ready_only_when_it_is_open(
    scene: Scene,
) -> None:
    _lose_the_place(scene, commit=1_700_000_000)
    status, code = "UNAVAILABLE", "service.unavailable"
    scene.simulator.fault("pubsub.subscribe", skip=1, times=None, status=status, code=code)
    with scene.listening(salesforce_channels=(ACCOUNTS,), await_streams=False):
        eventually(lambda: _ends(scene, CUT) > 2, "LATEST is tried again and again")
        first = scene.gap()
        assert first
        assert not first.ready
        assert scene.calls == 0

        scene.simulator.http.delete("faults").raise_for_status()

        gap = _ready(scene)
        assert gap.asked != first.asked
        assert gap.since == first.since
        eventually(lambda: scene.calls, "the reconciler is called")


def test_a_silent_stream_counts_as_open_only_if_a_call_behind_it_is_answered(
    scene: Scene,
) -> None:
    status, code = "UNAVAILABLE", "topic.api.unavailable"
    scene.simulator.fault("pubsub.get_topic", times=3, status=status, code=code)

    with scene.listening(salesforce_channels=(ACCOUNTS,), await_streams=False):
        _ready(scene)

        assert len(scene.people.requests(call="pubsub.get_topic")) == 4


def test_a_response_shows_by_itself_that_the_stream_is_open(scene: Scene) -> None:
    scene.simulator.settings(keepalive_seconds=0.1)

    with scene.listening(replace(QUICK, settled=NEVER), salesforce_channels=(ACCOUNTS,)):
        _ready(scene)

        assert not scene.people.requests(call="pubsub.get_topic")


def test_a_stream_that_opens_at_latest_once_more_takes_the_gap_back(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        read = replace(_ready(scene), read=2000, opened=7, step=0, position="001x")
        scene.redis.hset("cw:passes", read.name, read.stored())

        scene.simulator.post("streams/close", {"status": "UNAVAILABLE"})

        again = eventually(lambda: (g := scene.gap()) and g.asked != read.asked and g)
        assert again
        assert (again.read, again.opened, again.position) == (2000, 7, "001x"), "it gets on"
        assert again.again >= read.since, "what was read before LATEST is read once more"
        assert _ready(scene).since == read.since


def test_a_stream_that_goes_on_after_its_place_leaves_the_gap_alone(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        _ready(scene)
        scene.opened([scene.save_account()])
        eventually(lambda: scene.cursor().get("replay_id"), "a place is stored")
        gap = _ready(scene)

        scene.simulator.post("streams/close", {"status": "UNAVAILABLE"})
        scene.opened([scene.save_account()])

        assert scene.gap() == gap


def test_the_reconciler_is_called_until_the_gap_is_gone_and_its_end_is_told(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        gap = _ready(scene)
        eventually(lambda: scene.calls > 3, "it is called at each heartbeat")
        assert "; gap since" in scene.state()["state"]
        done = replace(gap, read=12, opened=3)
        scene.redis.hset("cw:passes", gap.name, done.stored())
        calls = scene.calls
        eventually(lambda: scene.calls > calls + 1, "its counts are seen")

        scene.passes.drop(gap.name)

        eventually(lambda: scene.state()["state"] == "listening", "it is no longer shown")
        assert f"{ACCOUNTS}: {gap.name} is closed" in caplog.text
        assert "12 records had been read and 3 accounts opened" in caplog.text
        calls = scene.calls
        seen = scene.state().get("last_event_at", "")
        scene.save_account()
        eventually(lambda: scene.state().get("last_event_at", "") != seen, "it goes on")
        assert scene.calls == calls


@pytest.mark.parametrize("was_ready", [False, True])
def test_a_gap_that_a_listener_left_behind_is_followed_by_the_next_one(
    scene: Scene, was_ready: bool
) -> None:
    scene.hear_nothing(ACCOUNTS)
    left = Pass(f"gap:{ACCOUNTS}", "before", ("modified:Account",), since=7, ready=was_ready)
    scene.passes.ask(left)

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        gap = _ready(scene)
        eventually(lambda: scene.calls, "the reconciler is called")

        assert (gap == left) is was_ready
        assert gap.since == 7


def test_a_listener_that_is_started_anew_over_a_lost_place_begins_the_gap_again(
    scene: Scene,
) -> None:
    _lose_the_place(scene, commit=1_700_000_000)
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        first = _ready(scene)
    assert scene.cursor()["replay_id"] == UNKNOWN, "nothing came that could be stored"

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        eventually(lambda: (g := scene.gap()) and g.asked != first.asked, "it is asked for again")
        second = _ready(scene)

        assert second.since == first.since
        scene.opened([scene.save_account()])


def test_a_listener_that_is_killed_in_a_gap_begins_it_again(scene: Scene, tmp_path: Path) -> None:
    _lose_the_place(scene, commit=1_700_000_000)
    with scene.process(tmp_path) as killed:
        first = _ready(scene)
        killed.kill()
    eventually(lambda: not scene.redis.exists("cw:listening"), "its lock runs out")

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        eventually(lambda: (g := scene.gap()) and g.asked != first.asked, "it is asked for again")

        assert _ready(scene).since == first.since
        scene.opened([scene.save_account()])


def test_a_gap_that_redis_forgot_before_anything_came_is_noticed(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        gap = _ready(scene)
        scene.redis.delete("cw:passes", f"cw:cursor:{ACCOUNTS}")

        scene.save_account()

        again = eventually(scene.gap, "it is written down again")
        assert again
        assert again.since <= gap.since + 60


def test_retention_that_runs_out_while_nobody_listens_is_a_gap(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened([scene.save_account("Before")])
        commit = scene.committed()
    scene.redis.delete("cw:passes")
    scene.save_account("Forgotten")
    scene.simulator.settings(retention_seconds=0.0)

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        gap = _ready(scene)
        scene.simulator.settings(retention_seconds=3600.0)
        scene.opened([scene.save_account("After")])

        assert gap.since == commit - OVERLAP_SECONDS
        assert "THE PLACE WHERE WE STOPPED IS LOST" in caplog.text
