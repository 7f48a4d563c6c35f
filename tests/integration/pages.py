"""Flower with our pages, as the Procfile starts it, and people who ask it over HTTP."""

import os
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from tests.eventually import eventually
from tests.ports import free_port
from tests.tls import trust
from workers.processes import PROJECT, for_processes, read_procfile

OPERATOR, ADMIN = ("olga", "olgas-password"), ("ada", "adas-password")
API = "/api/closedwon"
LOGINS = {
    "FLOWER_BASIC_AUTH": ",".join(":".join(login) for login in (OPERATOR, ADMIN)),
    "FLOWER_ADMINS": ADMIN[0],
}
_TOKEN = "a-token-of-their-own"
"""Tornado takes any text for one, if cookie and header have the same."""


@dataclass(frozen=True)
class FlowerServer:
    """A Flower that runs. Its clients know its address; paths begin with a slash."""

    url: str
    log: Path
    process: "subprocess.Popen[bytes]"
    stranger: httpx.Client
    operator: httpx.Client
    admin: httpx.Client

    def answers(self) -> bool:
        assert self.process.poll() is None, self.said()
        try:
            return self.stranger.get("/healthcheck").is_success
        except httpx.TransportError:
            return False

    def said(self) -> str:
        """All that it has logged."""
        return self.log.read_text(errors="replace")


def flower_environment(
    clouds: Mapping[str, str], redis_url: str, settings: Mapping[str, str]
) -> dict[str, str]:
    """What Flower is started with: nothing of this process's own but where programs are."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {**inherited, **clouds, "REDIS_URL": redis_url, "PYTHONPATH": str(PROJECT), **settings}
    return for_processes(given)


def flower_command() -> list[str]:
    return ["/bin/sh", "-c", f"exec {read_procfile()['flower']}"]


@contextmanager
def serving(
    clouds: Mapping[str, str], redis_url: str, directory: Path, **settings: str | None
) -> Iterator[FlowerServer]:
    """Starts a Flower in the directory, waits until it answers, and ends it. A setting that is None
    is not given; a `.env` in the directory may.
    """
    wanted = LOGINS | {"FLOWER_PORT": str(free_port())} | settings
    given = {name: value for name, value in wanted.items() if value is not None}
    site = given.get("FLOWER_URL_PREFIX", "").strip("/")
    certificate = given.get("FLOWER_CERTFILE")
    believed = ssl.create_default_context(cafile=certificate) if certificate else trust()
    scheme = "https" if certificate else "http"
    url = f"{scheme}://127.0.0.1:{given['FLOWER_PORT']}" + (f"/{site}" if site else "")
    client = partial(_client, url, believed)
    log = directory / "flower.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            flower_command(),
            env=flower_environment(clouds, redis_url, given),
            cwd=directory,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
        client() as stranger,
        client(OPERATOR) as operator,
        client(ADMIN) as admin,
    ):
        started = FlowerServer(url, log, process, stranger, operator, admin)
        try:
            eventually(started.answers, "Flower to answer", 30)
            yield started
        finally:
            process.terminate()


def _client(
    url: str, believed: ssl.SSLContext, login: tuple[str, str] | None = None
) -> httpx.Client:
    """With the token that actions want."""
    return httpx.Client(
        base_url=url,
        verify=believed,
        auth=login,
        headers={"X-Xsrftoken": _TOKEN},
        cookies={"_xsrf": _TOKEN},
        timeout=30,
        trust_env=False,
    )
