"""Flower as the Procfile starts it: what it wants before it starts, and how it ends."""

import signal
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import httpx
import pytest
from click.testing import CliRunner

from tests.answering import Form, answering
from tests.eventually import eventually
from tests.integration.pages import (
    ADMIN,
    LOGINS,
    OPERATOR,
    FlowerServer,
    flower_command,
    flower_environment,
    serving,
)
from tests.ports import free_port
from workers.cli import main
from workers.redis_server import RedisServer

LIVE = "/api/closedwon/accounts/001Ws00003abcde/live"
ELSEWHERE = (
    *("/api/closedwon/summary", "/api/closedwon/letters", "/api/closedwon/flow"),
    *("/dead-letters", "/tasks", "/metrics", "/healthcheck"),
)


def start(
    clouds: Mapping[str, str], redis_server: RedisServer, directory: Path, **given: str
) -> "subprocess.CompletedProcess[str]":
    """Of a Flower that is not expected to stay."""
    return subprocess.run(
        flower_command(),
        env=flower_environment(clouds, redis_server.url, given),
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "FLOWER_BASIC_AUTH: is missing"),
        (LOGINS | {"FLOWER_UNAUTHENTICATED_API": "true"}, "FLOWER_UNAUTHENTICATED_API: "),
    ],
)
def test_flower_without_a_safe_configuration_does_not_start(
    given: Mapping[str, str],
    said: str,
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    tmp_path: Path,
) -> None:
    done = start(clouds, redis_server, tmp_path, **given)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert ADMIN[1] not in done.stderr


def test_flower_takes_no_options_from_the_command_line() -> None:
    done = CliRunner().invoke(main, ["flower", "--basic-auth=eve:open"])

    assert done.exit_code == 2
    assert "No such option" in done.output


def test_a_port_that_is_taken_is_told_in_one_sentence(
    flower_server: FlowerServer,
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    tmp_path: Path,
) -> None:
    port = flower_server.url.rpartition(":")[2]

    done = start(clouds, redis_server, tmp_path, **LOGINS, FLOWER_PORT=port)

    assert done.returncode == 2
    assert f"cannot listen at 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_flower_heeds_the_env_file_and_a_file_of_logins(
    clouds: Mapping[str, str], redis_server: RedisServer, tmp_path: Path
) -> None:
    file, port = tmp_path / "logins", free_port()
    file.write_text(f"{':'.join(OPERATOR)}\n{':'.join(ADMIN)}\n")
    file.chmod(0o600)
    (tmp_path / ".env").write_text(
        f"FLOWER_BASIC_AUTH_FILE={file}\nFLOWER_ADMINS={ADMIN[0]}\nFLOWER_PORT={port}\n"
    )
    others = dict.fromkeys(LOGINS)

    with serving(clouds, redis_server.url, tmp_path, **others, FLOWER_PORT=str(port)) as flower:
        sessions = [
            client.get("/api/closedwon/session").json()
            for client in (flower.operator, flower.admin)
        ]

    assert sessions == [
        {"user": OPERATOR[0], "role": "operator", "read_only": False, "can_act": False},
        {"user": ADMIN[0], "role": "admin", "read_only": False, "can_act": True},
    ]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_flower_ends_when_asked_though_redis_is_gone(
    ending: signal.Signals, clouds: Mapping[str, str], tmp_path: Path
) -> None:
    with RedisServer(tmp_path) as redis, serving(clouds, redis.url, tmp_path) as flower:
        redis.stop()
        eventually(lambda: _complains(flower), "Flower to miss Redis")

        flower.process.send_signal(ending)
        status = flower.process.wait(timeout=30)

    assert status == 0
    assert "Flower has ended." in flower.said()


def test_while_salesforce_does_not_answer_all_else_does(
    clouds: Mapping[str, str], redis_server: RedisServer, tmp_path: Path
) -> None:
    asked, silence = Semaphore(0), Event()

    def answer(path: str, form: Form) -> tuple[int, str]:
        asked.release()
        assert silence.wait(60)
        return 503, ""

    with (
        answering(answer) as url,
        serving(clouds, redis_server.url, tmp_path, SALESFORCE_LOGIN_URL=url) as flower,
        ThreadPoolExecutor(6) as visitors,
    ):
        waiting = [visitors.submit(flower.operator.get, LIVE) for _ in range(6)]
        try:
            assert asked.acquire(timeout=60)
            answered = [flower.operator.get(path).status_code for path in ELSEWHERE]
            still = [visit.running() for visit in waiting]
        finally:
            silence.set()

        assert answered == [200] * len(ELSEWHERE)
        assert still == [True] * 6
        assert {visit.result().status_code for visit in waiting} <= {200, 503}


def _complains(flower: FlowerServer) -> bool:
    """Its pages stay up, and say what is wrong."""
    answer: httpx.Response = flower.operator.get("/api/closedwon/summary")
    return answer.status_code == 503 and answer.json()["error"] == "RedisUnavailable"
