"""Accounts that NetSuite refuses, until somebody mends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.e2e.system import System

WORDS = "Please enter value(s) for: Credit Manager"
PHONE = "(020) 7946-0142"


@dataclass(frozen=True)
class Refused:
    """Dead accounts, in the order of their names."""

    system: System
    accounts: list[str]
    faults: list[str]

    def mend(self) -> None:
        """What NetSuite missed is there."""
        for fault in self.faults:
            self.system.netsuite.forgive(fault)


def refused(system: System, names: Sequence[str]) -> Refused:
    """Accounts of these names, each won, and dead as RecordRejected."""
    accounts = system.accounts(names, Phone=PHONE)
    faults = [system.refuse(account, WORDS) for account in accounts]
    for account in accounts:
        system.win(account)
    system.all_reach(accounts, "dead")
    return Refused(system, accounts, faults)
