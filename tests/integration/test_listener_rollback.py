"""Redis loses its last moments while the listener runs: what was lost with them is heard again,
or is a gap.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, Scene
from workers.redis_server import RedisServer

_LOUDLY = f"{ACCOUNTS}: REDIS LOST WHAT WAS STORED LAST"


def _moment(server: RedisServer, copy: Path) -> None:
    """What a power cut at this moment would leave."""
    server.stop()
    shutil.copytree(server.directory, copy)
    server.start()


def _go_back(server: RedisServer, copy: Path) -> None:
    server.kill()
    shutil.rmtree(server.directory)
    shutil.copytree(copy, server.directory)
    server.start()


def _another_change(scene: Scene) -> None:
    scene.save_account("After")


def _a_keepalive(scene: Scene) -> None:
    scene.simulator.settings(keepalive_seconds=0.1)


@pytest.mark.parametrize("what_comes_next", [_another_change, _a_keepalive])
@pytest.mark.parametrize("heard_before", [True, False], ids=["a cursor", "no cursor"])
def test_what_redis_lost_is_heard_again_or_is_a_gap(
    clouds: Mapping[str, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    what_comes_next: Callable[[Scene], None],
    heard_before: bool,
) -> None:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as server:
        scene = Scene(clouds, server.url)
        with scene.listening(salesforce_channels=(ACCOUNTS,)):
            if heard_before:
                scene.opened([scene.save_account("Before")])
                eventually(lambda: "last_event_at" in scene.state(), "the listener knows it")
            before = scene.cursor()
            _moment(server, tmp_path / "earlier")
            told = scene.state().get("last_event_at", "")
            saved = int(scene.redis.time()[0])
            lost = scene.save_account("Lost")
            scene.opened([lost])
            eventually(
                lambda: scene.state().get("last_event_at", "") > told, "the listener knows it"
            )
            _go_back(server, tmp_path / "earlier")
            assert (scene.cursor(), scene.row(lost)) == (before, {})

            what_comes_next(scene)

            eventually(lambda: _LOUDLY in caplog.text, "it is said")
            if heard_before:
                scene.opened([lost])
                eventually(lambda: scene.cursor()["replay_id"] != before["replay_id"])
            else:
                gap = eventually(lambda: (g := scene.gap()) and g.ready and g, "a gap is open")
                assert gap
                assert gap.since < saved
        scene.close()


def test_a_restart_that_lost_nothing_changes_nothing(
    clouds: Mapping[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with RedisServer(tmp_path) as server:
        scene = Scene(clouds, server.url)
        with scene.listening():
            first = scene.save_account("Before")
            scene.opened([first])
            server.stop()
            server.start()

            scene.opened([scene.save_account("After")])

            assert "REDIS LOST" not in caplog.text
            assert len(scene.reasons(first)) == 1
        scene.close()
