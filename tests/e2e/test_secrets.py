"""Secrets, and what the Accounts hold, appear nowhere but where they belong."""

import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from app.flow import Flow
from app.netsuite.auth import NetSuiteAuth
from app.services import Services, build_services
from app.settings import Settings
from tests.e2e.clouds import NetSuite, Salesforce
from tests.e2e.system import System, deal
from tests.e2e.test_run import PROGRAM, Run
from tests.eventually import eventually
from workers.demo.stack import Stack

PAGES = ("/workers", "/tasks", "/broker", "/api/tasks", "/metrics")
REDIS_PASSWORD = "opensesame-4f1c"
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
    for page in PAGES:
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
        "Flower's password": "|".join(
            map(re.escape, (system.stack.operator_login[1], system.stack.admin_login[1]))
        ),
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


def test_tokens_stay_in_memory_but_for_the_one_that_processes_share(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    auth = services.netsuite.auth
    assert isinstance(auth, NetSuiteAuth)

    with caplog.at_level(logging.DEBUG):
        session = services.salesforce.session
        list(services.salesforce.query("SELECT Id FROM Account LIMIT 1"))
        token = auth.token()
        services.lookups.currencies()

    shown = [caplog.text, repr(session), repr(token), repr(services.settings), repr(services)]
    kept = dict(held_by(services.redis))
    shared = [key for key, text in kept.items() if token.text in text]
    shown += [text for key, text in kept.items() if key not in shared]
    assert [text for text in shown if session.token in text or token.text in text] == []
    assert [key.rpartition(":")[0] for key in shared] == ["cw:netsuite:token"]


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Stack]:
    """Redis wants a password, and Salesforce is entered with a secret in place of a key."""
    with Stack(tmp_path, processes=()) as stack:
        with Redis.from_url(stack.redis_url) as redis:
            redis.config_set("requirepass", REDIS_PASSWORD)
        stack.environment |= {
            "REDIS_URL": stack.redis_url.replace("//", f"//:{REDIS_PASSWORD}@"),
            "SALESFORCE_CLIENT_SECRET": (tmp_path / "credentials/salesforce.secret").read_text(),
            "LOG_LEVEL": "DEBUG",
        }
        yield stack


@pytest.fixture
def people(guarded: Stack) -> Iterator[Salesforce]:
    """Logged in with the key, which the sync is not given."""
    with closing(Salesforce(guarded.environment)) as people:
        guarded.environment |= {"SALESFORCE_USERNAME": "", "SALESFORCE_PRIVATE_KEY_FILE": ""}
        yield people


def printed(stack: Stack, *words: str, **settings: str) -> str:
    """All that a command prints, whether it goes well or not."""
    done = subprocess.run(
        [PROGRAM, *words],
        env=stack.environment | settings,
        cwd=stack.directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return f"{words} {done.returncode}\n{done.stdout}{done.stderr}"


@pytest.mark.long
def test_client_secret_and_redis_password_are_written_nowhere(
    guarded: Stack, people: Salesforce, tmp_path: Path
) -> None:
    run = Run(guarded, tmp_path / "output")
    try:
        account = people.create("Account", {"Name": "Guarded"})
        people.create("Opportunity", deal(account, "Closed Won"))
        with closing(NetSuite(guarded.netsuite_url)) as netsuite:
            eventually(lambda: netsuite.customers(name="Guarded"), "the Customer")
        shown = [
            httpx.get(f"{guarded.flower_url}{page}", auth=guarded.operator_login) for page in PAGES
        ]
    finally:
        run.end()
    secret, url = guarded.environment["SALESFORCE_CLIENT_SECRET"], guarded.environment["REDIS_URL"]
    well = printed(guarded, "check")
    texts = [well, printed(guarded, "flow", "status"), printed(guarded, "why", account)]
    texts += [printed(guarded, "check", SALESFORCE_CLIENT_SECRET=f"{secret}-no-more")]
    for words in (["check"], ["flow", "status"]):
        texts += [
            printed(guarded, *words, REDIS_URL=wrong)
            for wrong in (
                url.replace(REDIS_PASSWORD, f"{REDIS_PASSWORD}-no-more"),
                url.replace(f":{guarded.redis.port}", ":1"),
                url.replace("127.0.0.1", "127.0.0.1:1"),
            )
        ]
    with Redis.from_url(url, decode_responses=True) as redis:
        texts += [text for _, text in held_by(redis)]

    assert well.startswith("('check',) 0"), well
    assert {page.status_code for page in shown} == {200}
    texts += [run.output, *(page.text for page in shown)]
    assert [text for text in texts if secret in text or REDIS_PASSWORD in text] == []
    assert [text for text in texts if "Traceback" in text] == []
