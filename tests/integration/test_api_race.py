"""Forty admins press at once: over HTTP, against one Flower."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from redis import Redis

from app.audit import Audit
from app.letters import LetterFilter, Letters
from tests.dead_accounts import dead_accounts
from tests.integration.pages import ADMIN, API, FlowerServer
from tests.integration.planted_letters import plant

CLIENTS, LETTERS, AT_A_TIME = 40, 120, 15
REJECTED = {"cause": "RecordRejected", "words": "NetSuite refuses the name.", "said": ""}


def race(server: FlowerServer, act: Callable[[int, httpx.Client], None]) -> None:
    """Each client has a connection of its own, and all begin at once."""
    start = threading.Barrier(CLIENTS)

    def run(number: int) -> None:
        with httpx.Client(
            base_url=server.admin.base_url,
            auth=ADMIN,
            headers={"X-Xsrftoken": server.admin.headers["X-Xsrftoken"]},
            cookies=dict(server.admin.cookies),
            timeout=60,
            trust_env=False,
        ) as client:
            start.wait()
            act(number, client)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_each_letter_moves_exactly_once(flower_server: FlowerServer, redis: Redis) -> None:
    accounts = plant(redis, LETTERS, [REJECTED])
    moved: list[tuple[str, str]] = []  # what was done and to whom, as those who did it were told
    refused: list[str] = []

    def press(number: int, client: httpx.Client) -> None:
        """Every other one requeues, the others discard, in an order of their own."""
        action, done = ("requeue", "requeued") if number % 2 else ("discard", "discarded")
        order = random.Random(number).sample(accounts, len(accounts))
        for at in range(0, len(order), AT_A_TIME):
            given = {"accounts": order[at : at + AT_A_TIME], "why": f"client {number}"}
            told: dict[str, Any] = client.post(f"{API}/letters/{action}", json=given).json()
            moved.extend((action, account) for account in told[done])
            refused.extend(refusal["account"] for refusal in told["refused"])

    race(flower_server, press)

    requeued = {account for action, account in moved if action == "requeue"}
    entries = Audit(redis).entries(limit=10 * LETTERS).entries
    on_trial = Letters(redis).page(LetterFilter(state="again"), limit=LETTERS).letters
    assert sorted(account for _, account in moved) == accounts
    assert len(moved) + len(refused) == CLIENTS * LETTERS
    assert Counter((e.what, e.account) for e in entries) == Counter(moved)
    assert {entry.who for entry in entries} == {ADMIN[0]}
    assert {letter.account for letter in on_trial} == requeued
    assert redis.llen("ingest") == len(requeued)
    assert dead_accounts(Letters(redis)) == []


@pytest.mark.parametrize(("canary", "moves"), [(True, 1), (False, 100)])
def test_one_recovery_of_a_cause_begins(
    flower_server: FlowerServer, redis: Redis, canary: bool, moves: int
) -> None:
    accounts = plant(redis, 600, [REJECTED])
    statuses: list[int] = []

    def press(number: int, client: httpx.Client) -> None:
        given = {"cause": "RecordRejected", "canary": canary, "why": f"client {number}"}
        statuses.append(client.post(f"{API}/recoveries", json=given).status_code)

    race(flower_server, press)

    entries = Audit(redis).entries(what="requeue", limit=1000).entries
    assert sorted(statuses) == [200, *[409] * (CLIENTS - 1)]
    assert len({entry.account for entry in entries}) == len(entries) == moves
    assert len(dead_accounts(Letters(redis))) == len(accounts) - moves
