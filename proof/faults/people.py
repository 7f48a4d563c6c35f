"""People at work in Salesforce: they enter Accounts, edit them, win deals and choose parents. They
see Salesforce alone, so nothing that becomes of the sync holds them up.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from proof.rig.salespeople import Salespeople

_AT_ONCE = (1,) * 40 + (5,) * 4 + (30,)
"""How many records people save at the same moment: by hand, from a list."""
_CITIES = ("Lawrence", "Burlington", "Austin", "Chandler", "Mountain View")


@dataclass(frozen=True)
class _Change:
    """One record as it is saved. `record`: None if it is new."""

    entity: str
    record: str | None
    fields: dict[str, Any]


class People:
    """To be put to work by one thread at a time; `made` may be read by others meanwhile.

    They work their way through the Accounts, a few at a time: each has its last change soon, and
    no later one makes good what was lost. Every fourth belongs to a stranger: its deals are lost,
    and it has no children.
    """

    def __init__(self, salesforce: Salespeople, seed: int) -> None:
        self.made = 0
        """Changes that Salesforce has taken."""
        self.parents: dict[str, set[str]] = defaultdict(set)
        """Account to whatever was its parent at any time."""
        self._salesforce, self._random = salesforce, random.Random(seed)
        self.accounts: list[str] = []
        """From the oldest to the newest."""
        self._places: dict[str, int] = {}
        self._offers: dict[str, str] = {}
        """Account to its open Opportunity."""
        self._numbers = 0

    def load(self, accounts: int) -> None:
        """As a data loader does: Accounts, each with an Opportunity; half of all are won."""
        self._create("Account", [self._new("") for _ in range(accounts)])
        new = self.accounts[-accounts:]
        won = {account for account in new if self._places[account] % 4 in (1, 2)}
        offers = [self._win(each) if each in won else self._offer(each) for each in new]
        self._create("Opportunity", offers)
        self.made += 2 * accounts

    def work(self, pace: float, is_over: Callable[[], bool], is_steady: bool = False) -> None:
        """Goes on until told that it is over, so many changes a second, or as many as Salesforce
        takes. Steady: nothing is entered, records that there are are changed.
        """
        began, before = time.monotonic(), self.made
        entering = {self._win: 11, self._offer: 8, self._decide: 8, self._new: 5}
        kinds = {self._edit: 47, self._move: 14, **({} if is_steady else entering), self._adopt: 7}
        while not is_over():
            at_hand = self._at_hand()
            count = min(self._random.choice(_AT_ONCE), len(at_hand))
            chosen = self._random.sample(at_hand, count)
            drawn = self._random.choices(list(kinds), list(kinds.values()), k=count)
            self._save([kind(account) for kind, account in zip(drawn, chosen, strict=True)])
            ahead = (self.made - before) / pace - (time.monotonic() - began)
            time.sleep(max(0.0, ahead))

    def _at_hand(self) -> list[str]:
        """A twentieth of the Accounts, from the oldest on as the work goes on: each has twice as
        many changes as there are Accounts in it, and is then left alone for a round.
        """
        count = max(1, len(self.accounts) // 20)
        start = self.made // (2 * count) * count % len(self.accounts)
        return self.accounts[start : start + count]

    def _save(self, changes: list[_Change]) -> None:
        """In one call for each entity and way; none has a record twice, as Salesforce wants it."""
        for (entity, is_new), group in groupby(sorted(changes, key=_way), key=_way):
            records = list(group)
            if is_new:
                self._create(entity, records)
            else:
                self._salesforce.edit_many(entity, {str(c.record): c.fields for c in records})
            self.made += len(records)

    def _create(self, entity: str, records: list[_Change]) -> None:
        saved = self._salesforce.create_many(entity, [change.fields for change in records])
        for change, record in zip(records, saved, strict=True):
            if entity == "Account":
                self._places[record] = len(self.accounts)
                self.accounts.append(record)
            elif change.fields["StageName"] == "Prospecting":
                self._offers[change.fields["AccountId"]] = record

    def _new(self, account: str) -> _Change:
        """Has nothing to do with the account that chance offers."""
        number = self._next()
        return _Change("Account", None, {"Name": f"Acme {number}", "Phone": _phone(number)})

    def _edit(self, account: str) -> _Change:
        number = self._next()
        fields: dict[str, Any] = {
            "Name": f"Acme {number}",
            "Phone": self._or_none(_phone(number)),
            "Fax": self._or_none(_phone(number)),
            "Website": f"https://example.com/{number}",
            "AccountNumber": self._or_none(f"CW-{number}"),
            "BillingStreet": f"{number} Main Street",
            "BillingCity": self._random.choice(_CITIES),
        }
        chosen = self._random.sample(sorted(fields), self._random.randint(1, 3))
        return _Change("Account", account, {name: fields[name] for name in chosen})

    def _move(self, account: str) -> _Change:
        """What several do at the same moment is one event."""
        city = self._random.choice(_CITIES)
        return _Change("Account", account, {"BillingCity": city})

    def _win(self, account: str) -> _Change:
        return _Change("Opportunity", None, _deal(account, self._outcome(account)))

    def _offer(self, account: str) -> _Change:
        if account in self._offers:
            return self._decide(account)
        return _Change("Opportunity", None, _deal(account, "Prospecting"))

    def _decide(self, account: str) -> _Change:
        """An Opportunity that was open is closed."""
        if account not in self._offers:
            return self._win(account)
        offer = self._offers.pop(account)
        return _Change("Opportunity", offer, {"StageName": self._outcome(account)})

    def _adopt(self, account: str) -> _Change:
        """A parent is always older than its children, so there are no circles."""
        older = self.accounts[: self._places[account]]
        possible = [parent for parent in older if not self._is_strangers(parent)]
        parent = self._or_none(self._random.choice(possible)) if possible else None
        if parent is not None:
            self.parents[account].add(parent)
        return _Change("Account", account, {"ParentId": parent})

    def _outcome(self, account: str) -> str:
        return "Closed Lost" if self._is_strangers(account) else "Closed Won"

    def _is_strangers(self, account: str) -> bool:
        return self._places[account] % 4 == 0

    def _or_none(self, value: str) -> str | None:
        """Now and then a field is emptied."""
        return None if self._random.random() < 0.1 else value

    def _next(self) -> int:
        """No two edits write the same, so that what is stale is seen."""
        self._numbers += 1
        return self._numbers


def _deal(account: str, stage: str) -> dict[str, Any]:
    return {"Name": "A deal", "AccountId": account, "StageName": stage, "CloseDate": "2026-12-31"}


def _way(change: _Change) -> tuple[str, bool]:
    return change.entity, change.record is None


def _phone(number: int) -> str:
    return f"(512) {number // 10_000:03}-{number % 10_000:04}"
