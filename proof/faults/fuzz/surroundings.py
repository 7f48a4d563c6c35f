"""What the targets are tried in: a Redis of their own, an org without records, settings."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from app.settings import get_flow, get_settings
from proof.faults.fuzz.salesforce_inputs import LOGIN
from proof.faults.fuzz.wire import Wire, answered
from workers.redis_server import RedisServer
from workers.stage import get_services

LOGIN_PATH = "/services/oauth2/token"
_NOTHING = json.dumps({"totalSize": 0, "done": True, "records": []}).encode()


@contextmanager
def redis_of_our_own() -> Iterator[tuple[str, Redis]]:
    """Its address, and a client whose answers are text."""
    with (
        tempfile.TemporaryDirectory(prefix="closedwon-fuzz-") as directory,
        RedisServer(Path(directory)) as server,
        Redis.from_url(server.url, decode_responses=True) as redis,
    ):
        yield server.url, redis


def login_to(wire: Wire) -> bytes:
    """The token endpoint's answer where the org is the wire's other end."""
    return answered(200, json.dumps(LOGIN | {"instance_url": wire.url}).encode())


@contextmanager
def empty_org() -> Iterator[Wire]:
    """It lets us in, and finds nothing."""
    with Wire() as wire:
        login, nothing = login_to(wire), answered(200, _NOTHING)
        wire.answer = lambda _, path: login if path == LOGIN_PATH else nothing
        yield wire


def variables(redis_url: str, cloud_url: str) -> dict[str, str]:
    """As a process's environment names them."""
    legacy = ("CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET")
    return dict.fromkeys((f"NETSUITE_{name}" for name in legacy), "x") | {
        "REDIS_URL": redis_url,
        "SALESFORCE_LOGIN_URL": cloud_url,
        "SALESFORCE_CLIENT_ID": "closedwon",
        "SALESFORCE_CLIENT_SECRET": "x",
        "NETSUITE_ACCOUNT_ID": "1234567",
        "NETSUITE_BASE_URL": cloud_url,
    }


@contextmanager
def settings_of(given: Mapping[str, str]) -> Iterator[None]:
    """This process's settings, for a while. Celery's application keeps those that it met first:
    whoever needs it otherwise fuzzes in a process apart (targets.apart).
    """
    kept = dict(os.environ)
    caches = (get_settings, get_flow, get_services)
    os.environ.update(given)
    for cached in caches:
        cached.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
        for cached in caches:
            cached.cache_clear()
