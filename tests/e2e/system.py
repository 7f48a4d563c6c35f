"""The whole system as a test sees it: two clouds to act in, the command, and the ledger to read."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from celery import Celery
from redis import Redis

from app.journal import Journal, Line
from app.letters import Letters
from tests.command_line import run
from tests.e2e.clouds import NetSuite, Salesforce
from tests.eventually import eventually
from tests.tls import trust
from workers.demo.stack import Stack

AT_REST = ("synced", "skipped", "dead")
_WIDE = {"COLUMNS": "160"}
"""So that no table folds the words that a test looks for, whatever runs the tests."""


def deal(account: str, stage: str) -> dict[str, object]:
    """An Opportunity's fields."""
    return {"Name": "A deal", "AccountId": account, "StageName": stage, "CloseDate": "2026-12-31"}


class System:
    """A running stack with what tests ask of it again and again."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.redis = Redis.from_url(stack.redis_url, decode_responses=True)
        self.journal = Journal(self.redis)
        self.letters = Letters(self.redis)
        self.salesforce = Salesforce(stack.environment)
        self.netsuite = NetSuite(stack.netsuite_url)

    def close(self) -> None:
        self.salesforce.close()
        self.netsuite.close()
        self.redis.close()

    def name(self, words: str = "Acme") -> str:
        """A name that no other test uses."""
        return f"{words} {uuid.uuid4().hex[:10]}"

    def account(self, name: str, *, won: bool = False, **fields: object) -> str:
        """An Account as a person would save it, with a Closed Won Opportunity if `won`."""
        account = self.salesforce.create("Account", {"Name": name} | fields)
        if won:
            self.win(account)
        return account

    def accounts(self, names: Sequence[str], *, won: bool = False, **fields: object) -> list[str]:
        """Accounts saved at the same moment, and their Closed Won Opportunities, too, if `won`."""
        accounts = self.salesforce.create_many("Account", [{"Name": n} | fields for n in names])
        if won:
            self.salesforce.create_many("Opportunity", [deal(a, "Closed Won") for a in accounts])
        return accounts

    def win(self, account: str) -> str:
        return self.opportunity(account, "Closed Won")

    def opportunity(self, account: str, stage: str) -> str:
        return self.salesforce.create("Opportunity", deal(account, stage))

    def refuse(self, account: str, words: str) -> str:
        """NetSuite refuses every write of the account's Customer until forgiven → the fault."""
        return self.netsuite.fault(
            call="customer.*",
            contains=f"SF-{account}",
            status=400,
            code="USER_ERROR",
            message=words,
            times=None,
        )

    def customers(self, name: str) -> list[dict[str, Any]]:
        return self.netsuite.customers(name=name)

    def customer(self, name: str) -> dict[str, Any]:
        """The one Customer of that name, once it is there."""
        found = eventually(lambda: self.customers(name), f"a Customer named {name}")
        assert len(found) == 1
        return found[0]

    def parent_of(self, name: str) -> str | None:
        """The internal id of the parent of the Customer of that name."""
        parent: dict[str, str] = self.customer(name).get("parent") or {}
        return parent.get("id")

    def settles(self, account: str) -> list[Line]:
        """How the account's runs ended, oldest first."""
        return [line for line in self.journal.story(account) if line.what in AT_REST]

    def state(self, account: str) -> str:
        return self.journal.row(account).state

    def reaches(self, account: str, state: str) -> None:
        eventually(
            lambda: self.state(account) == state,
            f"{account} to be {state}: {self.journal.row(account)}",
        )

    def all_reach(self, accounts: Sequence[str], state: str, seconds: float = 30.0) -> None:
        eventually(
            lambda: all(self.state(account) == state for account in accounts),
            f"{len(accounts)} accounts to be {state}",
            seconds,
        )

    def at_rest(self, account: str) -> bool:
        return self.state(account) in AT_REST

    @contextmanager
    def another_run(self, account: str) -> Iterator[None]:
        """What is done inside makes the account run once more; returns when it rests again."""
        before = len(self.settles(account))
        yield
        eventually(
            lambda: len(self.settles(account)) > before and self.at_rest(account),
            f"another run of {account}",
        )

    def command(
        self,
        *words: str,
        code: int = 0,
        given: str = "",
        settings: dict[str, str] | None = None,
    ) -> str:
        """Runs `closedwon` as a person would → its standard output."""
        environ = self.stack.environment | _WIDE | (settings or {})
        done = run(words, environ, self.stack.directory, given=given, seconds=60)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if code == 0 else done.stdout + done.stderr

    def json(self, *words: str) -> Any:
        return json.loads(self.command(*words, "--json"))

    def why(self, account: str) -> str:
        return self.command("why", account)

    def flower(self, path: str) -> httpx.Response:
        """A page of Flower, or an answer of its API, as the operator gets it."""
        login = self.stack.operator_login
        return httpx.get(f"{self.stack.flower_url}{path}", auth=login, timeout=20, verify=trust())

    def flower_states(self, account: str, wanted: str) -> dict[str, str]:
        """State to exception text of the account's upserts; empty until `wanted` is there."""
        tasks = self.flower("/api/tasks?taskname=upsert").json().values()
        found = {t["state"]: str(t["exception"]) for t in tasks if account in t["args"]}
        return found if wanted in found else {}

    def flower_results(self, task: str, account: str) -> list[str]:
        """What the account's messages of that stage came to; empty text: not yet."""
        tasks = self.flower(f"/api/tasks?taskname={task}").json().values()
        return [str(t["result"] or "") for t in tasks if account in t["args"]]

    def heard(self, replay_id: str, channel: str = "/data/AccountChangeEvent") -> bool:
        """Whether the listener has come to this event, and opened the rows of all up to it."""
        return self.redis.hget(f"cw:cursor:{channel}", "replay_id") == replay_id

    def log(self, process: str) -> str:
        return self.stack.log(process).read_text(errors="replace")

    def send(self, task: str, arguments: list[Any]) -> None:
        """A message as another program, or a broken one, would send it."""
        with Celery(broker=self.stack.redis_url) as sender:
            sender.send_task(task, args=arguments, queue=task)
