"""Flower as the Procfile starts it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.eventually import eventually
from workers.processes import PROJECT, read_procfile, with_programs
from workers.redis_server import RedisServer, free_port


@pytest.fixture
def environ(clouds: Mapping[str, str], redis_server: RedisServer) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {**inherited, **clouds, "REDIS_URL": redis_server.url, "PYTHONPATH": str(PROJECT)}
    return with_programs(given)


def command() -> list[str]:
    words = read_procfile()["flower"].replace("workers/flower", f"{PROJECT}/workers/flower")
    return ["/bin/sh", "-c", f"exec {words}"]


def test_flower_without_a_login_is_a_wrong_configuration(
    environ: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        command(), env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "FLOWER_BASIC_AUTH: is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_flower_heeds_the_env_file(environ: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / ".env").write_text(f"FLOWER_BASIC_AUTH=ann:secret\nFLOWER_PORT={port}\n")
    url = f"http://127.0.0.1:{port}"

    with subprocess.Popen(
        command(), env=environ, cwd=tmp_path, stderr=subprocess.DEVNULL
    ) as flower:
        try:
            eventually(lambda: _status(f"{url}/healthcheck") == 200, "Flower to answer")
            strangers, friends = _status(f"{url}/"), _status(f"{url}/", ("ann", "secret"))
        finally:
            flower.terminate()

    assert (strangers, friends) == (401, 200)


def _status(url: str, login: tuple[str, str] | None = None) -> int:
    """0: nobody answers."""
    try:
        return httpx.get(url, auth=login, follow_redirects=True, timeout=5).status_code
    except httpx.TransportError:
        return 0
