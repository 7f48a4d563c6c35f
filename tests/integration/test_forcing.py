"""Accounts are synced because a person wants it, and it is told who did."""

import pytest

from app.admin import forcing
from app.audit import AuditEntry
from app.errors import RecordNotFound
from app.terms import By
from tests.integration.commands import Command
from tests.integration.office import Office

ANN = By("ann", "the name was wrong")


def audited(office: Office, account: str) -> AuditEntry:
    (entry,) = office.services.audit.entries(account=account).entries
    return entry


def test_a_forced_account_is_opened_behind_its_parents(office: Office) -> None:
    top = office.save("Top")
    middle = office.save("Middle", ParentId=top)
    account = office.save("Bottom", ParentId=middle)

    opened = forcing.sync(office.services, [account], ANN, force=True)

    assert opened == {top: "Top", middle: "Middle", account: "Bottom"}
    assert [office.desk.row(one)["force"] for one in opened] == ["1", "1", "1"]


def test_who_did_it_and_why_is_kept(office: Office) -> None:
    account = office.save()

    forcing.sync(office.services, [account], ANN)

    entry = audited(office, account)
    assert (entry.who, entry.what, entry.why) == ("ann", "sync", "the name was wrong")
    assert (entry.before, entry.after) == ("none", "queued")


def test_one_unknown_account_stops_all(office: Office) -> None:
    account, unknown = office.save(), "001000000000001AAA"

    with pytest.raises(RecordNotFound, match="Nothing was opened"):
        forcing.sync(office.services, [account, unknown], ANN)

    assert office.desk.row(account) == {}


def test_the_command_says_who_and_why(office: Office, command: Command) -> None:
    account = office.save()

    told = command.json("sync", account, "--reason", "asked by Bob")

    entry = audited(office, account)
    assert told == [{"account": account, "name": "Acme"}]
    assert entry.who.endswith("(command)")
    assert entry.why == "asked by Bob"
