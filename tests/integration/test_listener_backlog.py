"""How much the listener asks for: no more than the ledger can take, and never more than 100."""

import pytest

from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, QUICK, Scene
from workers.patience import Patience

LIMIT = 5
NEVER = 3600.0


@pytest.fixture
def patience() -> Patience:
    """Asks for nothing by itself while it is held back: what comes then was asked for before."""
    return Patience(
        idle=NEVER,
        reconnect=QUICK.reconnect,
        repeat=QUICK.repeat,
        heartbeat=QUICK.heartbeat,
        settled=QUICK.settled,
    )


def _outstanding(scene: Scene) -> list[int]:
    return [stream["outstanding"] for stream in scene.streams()]


def _is_held(scene: Scene) -> bool:
    return "held back" in scene.state().get("state", "")


def _work_off(scene: Scene) -> None:
    """As the workers would."""
    for key in scene.redis.scan_iter("cw:due:*"):
        scene.redis.delete(key)


def test_a_backlog_holds_the_stream_and_it_goes_on_when_the_backlog_is_gone(
    scene: Scene, patience: Patience
) -> None:
    records = [{"Name": f"Many {number}"} for number in range(150)]
    with scene.listening(patience, salesforce_channels=(ACCOUNTS,), listener_backlog=LIMIT):
        accounts = scene.people.create_many("Account", records)
        scene.opened(accounts[:100])
        eventually(lambda: _is_held(scene), "it is said why no more come")
        assert scene.state()["backlog"] == "100"
        assert _outstanding(scene) == [0]
        assert not any(scene.row(account) for account in accounts[100:])

        _work_off(scene)

        scene.opened(accounts)
        _work_off(scene)
        eventually(lambda: not _is_held(scene), "nothing holds it any more")
        assert "backlog" not in scene.state()


def test_a_stream_that_is_opened_over_a_backlog_asks_for_one_event(
    scene: Scene, patience: Patience
) -> None:
    records = [{"Name": f"Many {number}"} for number in range(LIMIT)]
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened(scene.people.create_many("Account", records))

    with scene.listening(patience, salesforce_channels=(ACCOUNTS,), listener_backlog=LIMIT):
        assert _outstanding(scene) == [1]
        eventually(lambda: _is_held(scene), "it is said")
        _work_off(scene)

        eventually(lambda: _outstanding(scene) == [100], "the rest is asked for")


def test_those_who_wait_for_a_parent_hold_nothing_back(scene: Scene) -> None:
    waiting = {f"{number}": 1.0 for number in range(LIMIT)}
    scene.redis.zadd("cw:due:waiting", waiting)

    with scene.listening(salesforce_channels=(ACCOUNTS,), listener_backlog=LIMIT):
        scene.opened([scene.save_account()])

        assert _outstanding(scene) == [99]
        assert not _is_held(scene)


def test_the_listener_never_asks_for_more_than_may_be_owed(scene: Scene) -> None:
    records = [{"Name": f"Many {number}"} for number in range(200)]
    scene.simulator.settings(max_events_per_response=7)
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        accounts = scene.people.create_many("Account", records)

        scene.opened(accounts)
        assert [stream["most_asked"] for stream in scene.streams()] == [100]
