"""What admins do to rows (app/ledger.py): each move audited in the script that makes it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from app.moves import Moves
from app.terms import ORDERS_PER_SCRIPT, REFUSALS, By, milliseconds

JUST_DIED_SECONDS = 300.0
"""So long after a requeue has failed, the next one must be forced."""


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """How far a recovery (app/admin/recoveries.py) comes with the letters that it requeues."""

    id: str
    before: str
    """The order as it was read: refused (Superseded) if it is another by now."""
    canary: bool = False
    """Of the accounts the first that may be requeued, and no other."""
    place_ms: int = 0
    """Else: when the last of them died, and which it is."""
    place_account: str = ""


class Interventions(Moves):
    """Each of `by` says who acts, and why (app/audit.py)."""

    def requeue(
        self,
        accounts: Sequence[str],
        by: By,
        *,
        force: bool = False,
        recovery: RecoveryStep | None = None,
    ) -> dict[str, str]:
        """Sends dead accounts through the flow again → each account's verdict: requeued, not_dead,
        or just_died: it was requeued and has died of that just now, which `force` overrules.

        However many want it at a time, one of them requeues a letter. It stays until a success.
        `recovery`: moves on in the same script, with at most ORDERS_PER_SCRIPT accounts.

        Raises (app/terms.py):
            Superseded: the recovery is another by now; nothing was requeued.
        """
        verdicts: dict[str, str] = {}
        for start in range(0, len(accounts), ORDERS_PER_SCRIPT):
            answer = self._move(
                "requeue",
                accounts=accounts[start : start + ORDERS_PER_SCRIPT],
                force=force,
                patience=milliseconds(JUST_DIED_SECONDS),
                recovery=asdict(recovery) if recovery else None,
                **_told("requeued", by),
            )
            if refusal := REFUSALS.get(answer["verdict"]):
                raise refusal
            verdicts |= answer["accounts"]
        return verdicts

    def discard(self, account: str, by: By) -> bool:
        """Gives a letter up. False: there is none, or it is on trial."""
        verdict = self._move("discard", account=account, **_told("discarded", by))["verdict"]
        return str(verdict) == "discarded"

    def link(self, account: str, customer: str, by: By, taken_from: str | None = None) -> str:
        """Ties a row at rest to a Customer → linked (and opened), under_way, or in_use: the account
        that it was to be taken from is not done with it, or another is to write it.
        """
        tied: dict[str, object] = {"account": account, "customer": customer, "from": taken_from}
        told = _told(f"tied to Customer {customer}", by)
        return str(self._move("link", **tied, **told)["verdict"])

    def note(
        self, account: str, by: By, *, assigned: str | None = None, comment: str | None = None
    ) -> bool:
        """Keeps with a letter who sees to it, and what is known of it. None: as it is; empty:
        nobody, nothing. False: there is no letter.
        """
        noted = {"assigned": assigned, "comment": comment}
        verdict = self._move("note", account=account, by=asdict(by), **noted)["verdict"]
        return str(verdict) == "noted"


def _told(what: str, by: By) -> dict[str, object]:
    """Who acts, for the audit trail, and what the account's story says of it. A person's own words
    have no place in `reason`, which goes into messages.
    """
    reason = f"{what} by an admin"
    why = f": {by.why}" if by.why else ""
    return {"by": asdict(by), "reason": reason, "words": f"{reason}{why}"}
