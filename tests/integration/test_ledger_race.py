"""Forty admins want the same letters at the same time, over a real Redis."""

import random
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from redis import Redis

from app.audit import Audit
from app.ledger import Ledger
from app.letters import LetterFilter, Letters
from app.terms import By, Nudge
from tests.dead_accounts import dead_accounts
from tests.integration.planted_letters import plant
from workers.redis_server import RedisServer

ADMINS, LETTERS = 40, 200
REJECTED = {"cause": "RecordRejected", "words": "NetSuite refuses the name.", "said": ""}


class Admins:
    """Each has a connection of its own, and all begin at once."""

    def __init__(self, url: str) -> None:
        self._url, self._start = url, threading.Barrier(ADMINS)
        self.nudges: list[Nudge] = []
        self.moved: list[tuple[str, str]] = []
        """What was done, and to whom, as those who did it were told."""

    def race(self, act: Callable[["Admins", int, Ledger], None]) -> None:
        threads = [threading.Thread(target=self._run, args=(act, n)) for n in range(ADMINS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def requeue(self, ledger: Ledger, accounts: list[str], by: By) -> None:
        verdicts = ledger.requeue(accounts, by)
        assert set(verdicts) == set(accounts)
        self.moved += [("requeue", a) for a, verdict in verdicts.items() if verdict == "requeued"]

    def discard(self, ledger: Ledger, account: str, by: By) -> None:
        if ledger.discard(account, by):
            self.moved.append(("discard", account))

    def _run(self, act: Callable[["Admins", int, Ledger], None], number: int) -> None:
        with Redis.from_url(self._url, decode_responses=True) as redis:
            ledger = Ledger(redis, self.nudges.extend)
            self._start.wait()
            act(self, number, ledger)


def one_by_one(planted: list[str]) -> Callable[[Admins, int, Ledger], None]:
    """Half of them requeue, half discard, each letter for itself, in an order of their own."""

    def act(admins: Admins, number: int, ledger: Ledger) -> None:
        by = By(f"admin {number}")
        for account in random.Random(number).sample(planted, len(planted)):
            if number % 2:
                admins.requeue(ledger, [account], by)
            else:
                admins.discard(ledger, account, by)

    return act


def by_the_dozen(planted: list[str]) -> Callable[[Admins, int, Ledger], None]:
    """All requeue, some letters at a time."""

    def act(admins: Admins, number: int, ledger: Ledger) -> None:
        order = random.Random(number).sample(planted, len(planted))
        for start in range(0, len(order), 12):
            admins.requeue(ledger, order[start : start + 12], By(f"admin {number}"))

    return act


@pytest.mark.parametrize("how", [one_by_one, by_the_dozen])
def test_each_letter_moves_exactly_once_and_is_audited_once(
    how: Callable[[list[str]], Callable[[Admins, int, Ledger], None]],
    redis: Redis,
    redis_server: RedisServer,
) -> None:
    planted = plant(redis, LETTERS, [REJECTED])
    admins = Admins(redis_server.url)

    admins.race(how(planted))

    requeued = {account for what, account in admins.moved if what == "requeue"}
    entries = Audit(redis).entries(limit=10 * LETTERS).entries
    on_trial = Letters(redis).page(LetterFilter(state="again"), limit=LETTERS).letters
    assert sorted(account for _, account in admins.moved) == planted
    assert Counter((e.what, e.account) for e in entries) == Counter(admins.moved)
    assert sorted(nudge.account for nudge in admins.nudges) == sorted(requeued)
    assert {letter.account for letter in on_trial} == requeued
    assert dead_accounts(Letters(redis)) == []
    assert {k: int(str(v)) for k, v in redis.hgetall("cw:states").items() if v != "0"} == {
        "queued": len(requeued)
    }
