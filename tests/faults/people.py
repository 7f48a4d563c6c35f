"""People at work in Salesforce: they enter Accounts, edit them, win deals and choose parents. They
see Salesforce alone, so nothing that becomes of the sync holds them up.
"""

import random
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tests.e2e.clouds import Salesforce
from tests.e2e.system import deal

_LOADED = 200
"""Records that a data loader saves in one call, which is all that Salesforce takes."""
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

    def __init__(self, salesforce: Salesforce, seed: int, changes: int, accounts: int) -> None:
        """`changes`, `accounts`: how many there will be."""
        self.made = 0
        """Changes that Salesforce has taken."""
        self.parents: dict[str, set[str]] = defaultdict(set)
        """Account to whatever was its parent at any time."""
        self._salesforce, self._random = salesforce, random.Random(seed)
        self._changes, self._total = changes, accounts
        self._accounts: list[str] = []
        self._places: dict[str, int] = {}
        self._offers: dict[str, str] = {}
        """Account to its open Opportunity."""
        self._numbers = 0

    def load(self, accounts: int) -> None:
        """Makes two changes for each: the Account, and an Opportunity that is open."""
        self._in_loads([self._new("") for _ in range(accounts)])
        self._in_loads([self._offer(account) for account in self._accounts[-accounts:]])

    def work(self, changes: int, new: int) -> None:
        """Makes so many changes, `new` of them new Accounts, as fast as Salesforce takes them."""
        others = (self._edit, self._move, self._win, self._offer, self._decide, self._adopt)
        kinds = self._random.choices(others, (50, 15, 12, 8, 8, 7), k=changes - new)
        kinds += [self._new] * new
        self._random.shuffle(kinds)
        while kinds:
            at_hand = self._at_hand()
            count = min(self._random.choice(_AT_ONCE), len(at_hand))
            chosen = self._random.sample(at_hand, count)
            self._save([kind(account) for kind, account in zip(kinds, chosen, strict=False)])
            del kinds[:count]

    def _at_hand(self) -> list[str]:
        """A twentieth of the Accounts, from the oldest to the newest as the work goes on."""
        count = self._total // 20
        end = max(count, self._total * self.made // self._changes)
        return self._accounts[:end][-count:]

    def _in_loads(self, changes: list[_Change]) -> None:
        for at in range(0, len(changes), _LOADED):
            self._save(changes[at : at + _LOADED])

    def _save(self, changes: list[_Change]) -> None:
        """In one call for each entity and way; none has a record twice, as Salesforce wants it."""
        for (entity, is_new), group in groupby(sorted(changes, key=_way), key=_way):
            records = list(group)
            if is_new:
                self._create(entity, records)
            elif len(records) == 1:
                self._salesforce.update(entity, str(records[0].record), records[0].fields)
            else:
                self._salesforce.update_many(entity, {str(c.record): c.fields for c in records})
            self.made += len(records)

    def _create(self, entity: str, records: list[_Change]) -> None:
        if len(records) == 1:
            saved = [self._salesforce.create(entity, records[0].fields)]
        else:
            saved = self._salesforce.create_many(entity, [change.fields for change in records])
        for change, record in zip(records, saved, strict=True):
            if entity == "Account":
                self._places[record] = len(self._accounts)
                self._accounts.append(record)
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
        return _Change("Opportunity", None, deal(account, self._outcome(account)))

    def _offer(self, account: str) -> _Change:
        if account in self._offers:
            return self._decide(account)
        return _Change("Opportunity", None, deal(account, "Prospecting"))

    def _decide(self, account: str) -> _Change:
        """An Opportunity that was open is closed."""
        if account not in self._offers:
            return self._win(account)
        offer = self._offers.pop(account)
        return _Change("Opportunity", offer, {"StageName": self._outcome(account)})

    def _adopt(self, account: str) -> _Change:
        """A parent is always older than its children, so there are no circles."""
        older = self._accounts[: self._places[account]]
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


def _way(change: _Change) -> tuple[str, bool]:
    return change.entity, change.record is None


def _phone(number: int) -> str:
    return f"(512) {number // 10_000:03}-{number % 10_000:04}"
