"""One listener listens, the others stand by; who lost the lock stores nothing any more."""

import logging
import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.channels import Channels
from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, Scene
from workers.lease import Lease
from workers.redis_server import RedisServer

LOCK = "cw:listening"


def _stands_by(scene: Scene) -> int:
    return len(Channels(scene.redis).listeners().standing_by)


def _directory(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


def test_of_two_listeners_one_hears_and_the_other_says_once_that_it_stands_by(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with scene.listening(salesforce_channels=(ACCOUNTS,)), scene.listening(await_streams=False):
        eventually(lambda: _stands_by(scene), "the second is shown")
        accounts = [scene.save_account(f"A{number}") for number in range(5)]
        scene.opened(accounts)

        scene.connected(ACCOUNTS)
        assert [len(scene.reasons(account)) for account in accounts] == [1] * 5
        assert Channels(scene.redis).listeners().listening
        assert caplog.text.count("this one stands by") == 1


def test_a_clean_end_hands_over_at_once_and_nothing_is_missed(scene: Scene) -> None:
    with ExitStack() as second:
        with scene.listening():
            scene.opened([scene.save_account("Before")])
            eventually(lambda: scene.cursor().get("replay_id"), "its place is stored")
            second.enter_context(scene.listening(await_streams=False))
            eventually(lambda: _stands_by(scene), "the second stands by")
        between = scene.save_account("Between")

        scene.opened([between, scene.save_account("After")])

        assert not _stands_by(scene), "who listens does not stand by"
    assert not scene.redis.exists(LOCK)


def test_a_listener_that_is_killed_is_replaced_when_its_lock_runs_out(
    scene: Scene, tmp_path: Path
) -> None:
    with scene.process(_directory(tmp_path, "first")) as killed:
        scene.connected()
        scene.opened([scene.save_account("Before")])
        eventually(lambda: scene.cursor().get("replay_id"), "its place is stored")
        with scene.process(_directory(tmp_path, "second")) as second:
            eventually(lambda: _stands_by(scene), "the second stands by")

            killed.kill()
            accounts = [scene.save_account(f"Meanwhile {number}") for number in range(3)]

            scene.opened(accounts)
            second.terminate()
            assert second.wait(10) == 0


def test_one_that_stands_by_ends_within_seconds(scene: Scene, tmp_path: Path) -> None:
    with scene.listening(), scene.process(tmp_path) as second:
        eventually(lambda: _stands_by(scene), "the second stands by")

        second.terminate()

        assert second.wait(5) == 0, (tmp_path / "listener.log").read_text()
        assert not _stands_by(scene)


def test_a_listener_that_was_stopped_and_replaced_stores_nothing_when_it_wakes(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with scene.process(tmp_path) as paused:
        scene.connected()
        scene.opened([scene.save_account("Before")])
        eventually(lambda: scene.cursor().get("replay_id"), "its place is stored")
        paused.send_signal(signal.SIGSTOP)
        with scene.listening(await_streams=False):
            accounts = [scene.save_account(f"Meanwhile {number}") for number in range(3)]
            scene.opened(accounts)
            eventually(lambda: scene.cursor().get("replay_id"), "it is stored by the second")

            paused.send_signal(signal.SIGCONT)  # what came is in its hands, too

            eventually(lambda: _stands_by(scene), "it notices, and stands by")
            assert "does not listen any more" in (tmp_path / "listener.log").read_text()
            assert [len(scene.reasons(account)) for account in accounts] == [1] * 3
            scene.opened([scene.save_account("After")])
            assert "REDIS LOST" not in caplog.text  # nobody stored a cursor beside the second
            assert scene.state()["state"].startswith("listening")
            paused.terminate()
            assert paused.wait(10) == 0


def test_a_lock_that_redis_lost_is_taken_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with scene.listening():
        scene.opened([scene.save_account("Before")])
        before = scene.redis.getdel(LOCK)

        scene.opened([scene.save_account("After")])

        assert scene.redis.get(LOCK) not in (None, before)
        assert "does not listen any more" in caplog.text


def test_a_lock_that_another_has_is_not_fought_for(scene: Scene) -> None:
    with scene.listening(listener_lease_seconds=2, salesforce_channels=(ACCOUNTS,)):
        scene.redis.set(LOCK, "somebody:1:else")

        eventually(lambda: _stands_by(scene), "it stands by")
        eventually(lambda: not scene.streams(), "and hears nothing")
        assert scene.redis.get(LOCK) == "somebody:1:else"

        scene.redis.delete(LOCK)

        scene.connected(ACCOUNTS)
        scene.opened([scene.save_account()])


def test_redis_may_be_away_for_longer_than_the_lock_lasts(
    clouds: Mapping[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with RedisServer(tmp_path) as server:
        scene = Scene(clouds, server.url)
        with scene.listening(listener_lease_seconds=2):
            scene.opened([scene.save_account("Before")])
            eventually(lambda: scene.cursor().get("replay_id"), "its place is stored")
            token = scene.redis.get(LOCK)
            server.stop()
            over = time.monotonic() + 2.1
            meanwhile = scene.save_account("Meanwhile")
            said = "Who listens cannot be settled just now: Redis does not answer"
            eventually(lambda: said in caplog.text, "it is said")
            eventually(lambda: time.monotonic() > over, "the end of the lock")
            server.start()

            scene.opened([meanwhile])

            assert scene.redis.get(LOCK) not in (None, token)
        scene.close()


def test_a_process_that_is_started_while_redis_is_away_listens_when_it_is_back(
    clouds: Mapping[str, str], tmp_path: Path
) -> None:
    with RedisServer(tmp_path) as server:
        scene = Scene(clouds, server.url)
        server.stop()
        with scene.listening(await_streams=False):
            server.start()

            scene.connected()
            scene.opened([scene.save_account()])
        scene.close()


def test_who_stood_by_and_is_gone_is_forgotten(scene: Scene) -> None:
    services = scene.services()
    ours, other = (Lease(services.redis, 20) for _ in range(2))
    scene.redis.zadd("cw:listening:standby", {"long:gone": 1.0})
    assert ours.take()

    assert not other.take()

    assert len(scene.redis.zrange("cw:listening:standby", 0, -1)) == 1
    assert 0 < scene.redis.ttl("cw:listening:standby") <= 60
    ours.give_back()
    assert other.take()
    assert not _stands_by(scene)
    services.salesforce.close()
    services.redis.close()


@pytest.mark.parametrize("harm", ["lost", "taken"])
def test_a_lock_is_renewed_and_given_back_by_its_holder_alone(scene: Scene, harm: str) -> None:
    services = scene.services()
    lease = Lease(services.redis, 20)
    turn = lease.take()
    assert turn
    assert lease.renew()
    scene.redis.delete(LOCK)
    if harm == "taken":
        scene.redis.set(LOCK, "somebody:1:else")

    assert not lease.renew()

    lease.give_back()
    assert scene.redis.get(LOCK) == (None if harm == "lost" else "somebody:1:else")
    services.salesforce.close()
    services.redis.close()
