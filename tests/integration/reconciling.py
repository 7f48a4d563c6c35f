"""The reconciler over the Salesforce simulator and a real Redis, without workers: a test settles
rows itself.
"""

import time
from itertools import pairwise
from typing import Any

from app.models import STAGES
from app.passes import Pass
from app.reconciliation.budget import Budget
from app.reconciliation.foreground import Foreground
from app.reconciliation.reading import RECORDS_PER_PAGE, Reader
from app.reconciliation.reconciler import Reconciler, Round
from app.reconciliation.schedule import FULL_STEPS, SWEEP_STEPS
from app.reconciliation.turns import Turns
from app.salesforce.answers import moment
from app.terms import Held, Letter, Order
from tests.integration.listening import Scene

_READS = ("query", "queryAll", "query.next", "collections.retrieve", "limits")
OLDER = 60
"""Seconds from the reading of an Account to its last change, where a test says that one was missed:
stamps are whole seconds, and a test does not wait for the next.
"""


class Bench:
    """A process's reconciler, with pages as small as a test wants them."""

    def __init__(self, scene: Scene, page: int = RECORDS_PER_PAGE, share: float = 0.5) -> None:
        self.scene = scene
        self.services = scene.services()
        client, ledger = self.services.salesforce, self.services.ledger
        reader = Reader(client, ledger.redis, self.services.criteria.current, page)
        budget = Budget(ledger.redis, self.services.usage, client.ask_usage, share)
        turns = Turns(ledger.redis, 30)
        self.reconciler = Reconciler(ledger, reader, budget, turns, credentials_pause_seconds=60)
        self.foreground = Foreground(ledger, reader, budget, turns)

    def close(self) -> None:
        self.services.close()

    def ask(self, name: str = "sweep", steps: tuple[str, ...] = SWEEP_STEPS, **given: Any) -> Pass:
        return self.services.passes.ask(Pass(name, "a test wants it", steps, **given))

    def sweep(self, **given: Any) -> Round:
        """What changed is read, to the end."""
        self.ask(**given)
        return self.reconciler.step()

    def compare(self, *steps: str, **given: Any) -> Round:
        """All are compared, to the end."""
        self.ask("full", steps or FULL_STEPS, **given)
        return self.reconciler.step()

    def calls(self) -> list[str]:
        """The reading calls that came since the last time this was asked for."""
        http = self.scene.simulator.http
        named = [row["call"] for row in http.get("requests").json()["requests"]]
        http.delete("requests")
        return [call for call in named if call in _READS]

    def stamp(self, record: str, entity: str = "Account") -> int:
        """Its SystemModstamp, epoch seconds."""
        soql = f"SELECT Id, SystemModstamp FROM {entity} WHERE Id = '{record}'"
        [found] = self.services.salesforce.query(soql, deleted_too=True)
        return moment(found, "SystemModstamp")

    def open(self, account: str) -> None:
        self.services.ledger.open([Order(account, "a test wants it")])

    def hold(self, account: str, ago: int = 0) -> Held:
        """Follows the account's messages to the last stage → its holder, who has read it as it was
        `ago` seconds before its last change.
        """
        while True:
            nudge = next(n for n in reversed(self.scene.nudges) if n.account == account)
            held = self.services.ledger.claim(nudge.stage, account, nudge.ticket, 60)[1]
            assert held
            held.seen = self.stamp(account) - ago
            if held.stage == STAGES[-1]:
                return held
            self.services.ledger.advance(held, STAGES[STAGES.index(held.stage) + 1])

    def sync(self, account: str, ago: int = 0) -> None:
        """The account becomes a Customer."""
        self.open(account)
        held = self.hold(account, ago)
        self.services.ledger.synced(held, "77", wrote="digest", words="written")

    def skip(self, account: str, ago: int = 0) -> None:
        self.open(account)
        self.services.ledger.skipped(self.hold(account, ago), "no Opportunity meets")

    def bury(self, account: str, ago: int = 0) -> None:
        self.open(account)
        self.services.ledger.dead(self.hold(account, ago), Letter("RecordRejected", "No."))

    def work(self, most: int | None = None) -> list[str]:
        """Whatever is queued, by whichever process, or so many of it, becomes a Customer, without a
        call → which.
        """
        rows: dict[str, dict[str, str]] = {
            key.removeprefix("cw:row:"): self.scene.redis.hgetall(key)
            for key in self.scene.redis.scan_iter("cw:row:*")
        }
        queued = sorted(account for account, row in rows.items() if row.get("state") == "queued")
        for account in queued[:most]:
            self._finish(account, f"{rows[account]['token']}.{rows[account]['place']}")
        return queued[:most]

    def _finish(self, account: str, ticket: str) -> None:
        ledger = self.services.ledger
        for stage, following in pairwise((*STAGES, None)):
            assert stage
            held = ledger.claim(stage, account, ticket, 60)[1]
            assert held
            held.seen = int(time.time())
            if following:
                ledger.advance(held, following)
                row = self.scene.row(account)
                ticket = f"{row['token']}.{row['place']}"
            else:
                ledger.synced(held, "77", wrote="digest", words="written")

    def state(self, account: str) -> str:
        return self.scene.row(account).get("state", "none")

    def why(self, account: str) -> str:
        """Why it is under way; empty where it rests."""
        return self.scene.row(account).get("reason", "")
