"""Secrets, and what the Accounts hold, appear nowhere but where they belong."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.flow import Flow
from app.services import Services, build_services
from app.settings import Settings
from tests.e2e.system import System

PATTERNS = {
    "a Salesforce session": r"00D\w{12}!",
    "a bearer token": r"[Bb]earer [\w.-]{8}",
    "a signed assertion": r"eyJ[\w-]{10,}\.eyJ",
    "a private key": r"PRIVATE KEY|MII[A-Za-z0-9+/]{20}",
}


def held_by(redis: Any) -> Iterator[tuple[str, str]]:
    """Every key of every kind with what it holds: ledger, queues, messages, cursors."""
    read: dict[str, Callable[[str], object]] = {
        "string": redis.get,
        "hash": redis.hgetall,
        "list": lambda key: redis.lrange(key, 0, -1),
        "set": redis.smembers,
        "zset": lambda key: redis.zrange(key, 0, -1),
    }
    for key in redis.scan_iter(count=1000):
        kind = redis.type(key)
        if kind in read:
            yield key, f"{key} {read[kind](key)}"


def written(system: System) -> dict[str, str]:
    """Place to text: Redis, every process's log, Flower's pages and API."""
    places = dict(held_by(system.redis))
    places |= {path.name: path.read_text() for path in system.stack.directory.glob("*.log")}
    for page in ("/workers", "/tasks", "/broker", "/api/tasks", "/metrics"):
        answer = system.flower(page)
        assert answer.status_code == 200, page
        places[page] = answer.text
    return places


def test_neither_secrets_nor_personal_data_are_written_anywhere(system: System) -> None:
    account = system.account(
        system.name("Secretive"), won=True, Phone="(987) 654-3210", BillingStreet="7 Hidden Lane"
    )
    system.reaches(account, "synced")
    refused = system.account(system.name("x" * 90), won=True, Fax="(987) 654-3210")
    system.reaches(refused, "dead")
    system.command("check")

    places = written(system)

    key = Path(system.stack.environment["NETSUITE_PRIVATE_KEY_FILE"]).read_text().splitlines()[1]
    wanted = PATTERNS | {
        "the NetSuite key": re.escape(key),
        "Flower's password": re.escape(system.stack.flower_password),
        "a phone number": r"654-3210",
        "a street": r"Hidden Lane",
    }
    found = [
        (what, place)
        for what, pattern in wanted.items()
        for place, text in places.items()
        if re.search(pattern, text)
    ]
    assert found == []
    assert account in places["/api/tasks"]


@pytest.fixture
def services(system: System, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name, value in system.stack.environment.items():
        monkeypatch.setenv(name, value)
    services = build_services(Settings(_env_file=None), Flow(), lambda nudges: None)
    yield services
    services.close()


def test_tokens_stay_in_memory(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        session = services.salesforce.session
        list(services.salesforce.query("SELECT Id FROM Account LIMIT 1"))
        token = services.netsuite.auth.token()
        services.netsuite.currencies()

    shown = [caplog.text, repr(session), repr(token), repr(services.settings), repr(services)]
    shown += [text for _, text in held_by(services.redis)]
    assert [text for text in shown if session.token in text or token.text in text] == []
