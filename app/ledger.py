"""The ledger: one row per account in Redis, and every move on it one atomic script.

docs/architecture.md tells the protocol; tests/ledger_model.py proves each of its rules needed, and
tests hold this code against that model. The moves stand in `app/lua`, a file each, after those that
they share (app/scripts.py); what they take and give in app/terms.py; the pauses that stop stages in
app/pauses.py; what admins do to rows in app/interventions.py, what the sweeper does in
app/sweeping.py. Reading, for people, is in app/journal.py and app/letters.py.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Literal

from app.interventions import Interventions
from app.models import StageName
from app.retry import Counter
from app.sweeping import Sweeping
from app.terms import (
    REFUSALS,
    By,
    Cursor,
    Held,
    Letter,
    Order,
    Progress,
    Taken,
    in_batches,
    milliseconds,
)

Verdict = Literal["go", "stale", "paused", "put_off"]


class Ledger(Interventions, Sweeping):
    """The moves. Each publishes the nudges it orders once its script is done.

    Raises (every move): redis.exceptions.RedisError when Redis does not answer. The move may have
    happened nonetheless; the sweeper finds whatever is left half-way.
    """

    def open(
        self,
        orders: Iterable[Order],
        cursor: Cursor | None = None,
        progress: Progress | None = None,
        by: By | None = None,
    ) -> None:
        """The accounts are under way from here on. `cursor` or `progress` is stored with the last
        of them, or refused, and nothing more is opened. `by`: a person wants it ("sync").

        Raises (app/terms.py):
            RolledBack: the cursor is not the one that was stored last.
            Superseded: another listener has taken over, or the pass is another by now.
        """
        for batch in in_batches(orders, cursor, progress, by):
            if refusal := REFUSALS.get(self._move("open", **batch)["verdict"]):
                raise refusal

    def claim(
        self, stage: StageName, account: str, ticket: str, lease: float
    ) -> tuple[Verdict, Held | None]:
        """Takes the row for `lease` seconds, or says why not: a stale message, a pause, or a
        suspect whose turn has not come. Stale, too, is every message until it is heeded that Redis
        came back; each has a new one from there on. That is left to the sweeper for a while, in
        which holders end what they have begun.
        """
        token, _, place = ticket.partition(".")
        answer = self._move(
            "claim",
            stage=stage,
            account=account,
            token=token,
            place=int(place) if place.isascii() and place.isdigit() else 0,
            process=self.process,
            lease=milliseconds(lease),
        )
        if answer["verdict"] == "restarted":
            if answer["seconds"] >= self.timing.heeded_within:
                self.heed_restart(self.run_of_redis())
            return "stale", None
        return answer["verdict"], _taken(answer, account, stage, token)

    def advance(self, held: Held, to: StageName, words: str = "") -> str:
        """→ advanced, fenced."""
        return self._held("advance", held, next=to, words=words)

    def go_on(
        self, held: Held, to: StageName, lease: float, words: str = ""
    ) -> tuple[str, Held | None]:
        """`advance` and the next stage's `claim` in one step, without a message → go, and the row
        as it is held from here on; paused, fenced.
        """
        answer = self._move(
            "advance",
            **_holder(held),
            next=to,
            words=words,
            process=self.process,
            lease=milliseconds(lease),
        )
        return answer["verdict"], _taken(answer, held.account, to, held.token)

    def renew(self, held: Collection[Held], lease: float) -> set[str]:
        """The leases of these end in `lease` seconds from now → whose rows are theirs no more."""
        rows = [[one.account, one.token] for one in held]
        return set(self._move("renew", rows=rows, lease=milliseconds(lease)).get("lost", []))

    def wait(self, held: Held, parent: str, *, late: bool, delay: float = 2.0) -> tuple[str, str]:
        """→ ready (with the parent's Customer), late, waiting, afresh, retrying, dead or fenced.

        `late`: the account does without a parent that is no Customer, but is opened once it is.
        `delay`: seconds until the parents are read again when they look like a circle.
        """
        answer = self._move(
            "wait",
            **_holder(held),
            parent=parent,
            late=late,
            limit=self.timing.cycle_limit,
            delay=milliseconds(delay),
        )
        return answer["verdict"], answer.get("customer", "")

    def check(
        self,
        held: Held,
        digest: str,
        *,
        parent: str | None,
        parent_customer: str | None,
        words: str,
        customer: str | None = None,
    ) -> str:
        """Right before a write → go, unchanged (and settled), wait (the parent changed), fenced.

        With `go` the holder learns what counted as written until now. `customer`: the one that was
        found, unless it is the linked one: it is no other account's from here on.

        Raises (app/terms.py):
            Taken: it is another account's already.
        """
        answer = self._move(
            "check",
            **_holder(held),
            hash=digest,
            parent=parent if parent_customer else None,
            parent_customer=parent_customer,
            customer=customer,
            words=words,
        )
        if answer["verdict"] == "taken":
            raise Taken(answer["owner"], is_linked=answer["linked"])
        if answer["verdict"] == "go":
            held.written, held.permitted = answer.get("written"), True
        return str(answer["verdict"])

    def retry(
        self, held: Held, delay: float, *, counter: Counter, letter: Letter, look: bool = False
    ) -> str:
        """→ retrying, dead (attempts used up), fenced. `delay` in seconds. `counter`: what grows.

        `look`: a write went unanswered: NetSuite is looked at again once it cannot land any more.
        """
        return self._held(
            "retry",
            held,
            delay=milliseconds(delay),
            counter=counter,
            look=look,
            limit=self.timing.retry_limit,
            letter=asdict(letter),
        )

    def hand_back(self, held: Held) -> str:
        """The same stage again, soon, held against nobody → queued, fenced."""
        return self._held("retry", held, look=held.permitted)

    def wrote(self, held: Held, customer: str, digest: str, *, created: bool = False) -> str:
        """→ wrote, fenced. The Customer is written, what follows it in another record is not.
        `digest` is that of the parts that stand.
        """
        return self._held("wrote", held, customer=customer, created=created, hash=digest)

    def synced(
        self,
        held: Held,
        customer: str,
        *,
        wrote: str | None,
        words: str,
        created: bool = False,
        write_back: bool = False,
    ) -> str:
        """→ synced, fenced. `wrote`: digest of the payload if a write was made; `created`: it made
        the Customer. `write_back`: the caller writes the Customer's id to the Account next, and
        then tells `written_back`.
        """
        return self._held(
            "settle",
            held,
            outcome="synced",
            customer=customer,
            created=created,
            wrote=wrote,
            write_back=write_back,
            words=words,
        )

    def written_back(self, account: str, customer: str | None) -> None:
        """This Customer's id was written to the Account; None: another run is to write it."""
        self._move("named", account=account, customer=customer)

    def skipped(self, held: Held, words: str) -> str:
        """→ skipped, dead (others wait for it: NeededButGone), fenced."""
        return self._held("settle", held, outcome="skipped", words=words)

    def dead(self, held: Held, letter: Letter, *, look: bool = False) -> str:
        """→ dead, fenced. The letter is written by the same script. `look`: as in `retry`."""
        return self._held("settle", held, outcome="dead", letter=asdict(letter), look=look)

    def _held(self, move: str, held: Held, **arguments: object) -> str:
        return str(self._move(move, **_holder(held), **arguments)["verdict"])


def _taken(answer: Mapping[str, Any], account: str, stage: StageName, token: str) -> Held | None:
    """The row as its holder has it now, if it has."""
    if answer["verdict"] != "go":
        return None
    return Held(account=account, stage=stage, token=token, **answer["held"])


def _holder(held: Held) -> dict[str, object]:
    return {
        "account": held.account,
        "token": held.token,
        "stage": held.stage,
        "seen": held.seen,
    }
