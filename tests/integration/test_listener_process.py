"""`closedwon listen` as a process: how it ends."""

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.integration.listening import Scene
from workers.redis_server import RedisServer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_cleanly_within_seconds(
    scene: Scene, tmp_path: Path, number: signal.Signals
) -> None:
    with scene.process(tmp_path) as listener:
        scene.connected()
        scene.opened([scene.save_account()])
        eventually(lambda: scene.redis.llen("ingest") == 1, "a worker is told")
        asked = time.monotonic()

        listener.send_signal(number)

        assert listener.wait(10) == 0, (tmp_path / "listener.log").read_text()
        assert time.monotonic() - asked < 5
        assert scene.state()["state"] == "ended"
        assert not scene.redis.exists("cw:listening"), "the next one need not wait"
        assert "Traceback" not in (tmp_path / "listener.log").read_text()


def test_the_process_tells_a_worker_to_reconcile_while_there_is_a_gap(
    scene: Scene, tmp_path: Path
) -> None:
    with scene.process(tmp_path):
        message = json.loads(
            eventually(lambda: scene.redis.lindex("reconcile", 0), "a worker is told")
        )

    assert message["headers"]["task"] == "reconcile"
    assert message["headers"]["expires"], "a call that nobody heeds is not kept"


def test_the_process_ends_within_seconds_even_while_redis_is_down(
    clouds: Mapping[str, str], tmp_path: Path
) -> None:
    with RedisServer(tmp_path) as server:
        scene = Scene(clouds, server.url)
        with scene.process(tmp_path) as listener:
            scene.connected()
            scene.opened([scene.save_account()])
            server.stop()
            scene.save_account("Unheard")
            log = tmp_path / "listener.log"
            eventually(lambda: "again in" in log.read_text(), "it tries again")

            listener.terminate()

            assert listener.wait(5) == 0, log.read_text()
        scene.close()


def test_the_process_ends_within_seconds_even_while_redis_hangs(
    clouds: Mapping[str, str], tmp_path: Path
) -> None:
    with RedisServer(tmp_path) as server:
        scene = Scene(clouds, server.url)
        with scene.process(tmp_path) as listener:
            scene.connected()
            scene.opened([scene.save_account()])
            hung = int(scene.redis.info("server")["process_id"])
            os.kill(hung, signal.SIGSTOP)
            try:
                scene.save_account("Unheard")

                listener.terminate()

                assert listener.wait(5) == 0, (tmp_path / "listener.log").read_text()
            finally:
                os.kill(hung, signal.SIGCONT)
        scene.close()


def test_the_process_says_what_is_wrong_and_ends_with_1(scene: Scene, tmp_path: Path) -> None:
    scene.environ["SALESFORCE_USERNAME"] = "nobody@closedwon.example"

    with scene.process(tmp_path) as listener:
        assert listener.wait(20) == 1

    said = (tmp_path / "listener.log").read_text()
    assert "THE LISTENER STOPS: AuthenticationFailed" in said
    assert "Traceback" not in said
    assert scene.environ["SALESFORCE_CLIENT_ID"] not in said


@pytest.mark.parametrize(
    "key", ["", "no key at all\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n", None]
)
def test_a_key_that_is_none_ends_the_process_with_a_sentence(
    scene: Scene, tmp_path: Path, key: str | None
) -> None:
    file = tmp_path / "key.pem"
    if key is not None:
        file.write_text(key)
    scene.environ["SALESFORCE_PRIVATE_KEY_FILE"] = str(file)

    with scene.process(tmp_path) as listener:
        code = listener.wait(20)

    said = (tmp_path / "listener.log").read_text()
    assert code in (1, 2), said
    assert "SALESFORCE_PRIVATE_KEY_FILE" in said
    assert "Traceback" not in said
