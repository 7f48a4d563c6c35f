"""What somebody relies on who compares: stamps, the recycle bin, paging without cursors."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.salesforce_org import DATA, SalesforceOrg, refusal, unique
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.eventually import eventually

BIN = "SELECT Id, IsDeleted, MasterRecordId, SystemModstamp FROM Account WHERE Id = '{}'"
FORM = "%Y-%m-%dT%H:%M:%S.000+0000"


def in_bin(org: SalesforceOrg, account: str) -> dict[str, Any]:
    """The Account as queryAll shows it."""
    (row,) = org.rows(BIN.format(account), deleted=True)
    return row


def later_than(stamp: str) -> None:
    """Waits until the clock is past the second of this stamp: stamps are no finer."""
    second = datetime.strptime(stamp, FORM).replace(tzinfo=UTC).timestamp()
    eventually(lambda: time.time() >= second + 1, "the next second")


def many(org: SalesforceOrg, name: str, count: int) -> list[str]:
    """Accounts of one name, saved in calls of 200; they are not deleted after the test."""
    ids: list[str] = []
    for at in range(0, count, 200):
        record = {"attributes": {"type": "Account"}, "Name": name}
        body = {"allOrNone": True, "records": [record] * min(200, count - at)}
        saved = org.http.post(f"{DATA}/composite/sobjects", json=body).json()
        ids += [result["id"] for result in saved]
    return ids


def pages_of(org: SalesforceOrg, name: str, limit: int) -> list[list[str]]:
    """Ids by (SystemModstamp, Id), each page asked for by what the last one ended with."""
    pages: list[list[str]] = []
    after = "SystemModstamp >= 2020-01-01T00:00:00Z"
    while True:
        rows = org.rows(
            f"SELECT Id, SystemModstamp FROM Account WHERE Name = '{name}' AND ({after}) "
            f"ORDER BY SystemModstamp, Id LIMIT {limit}",
            deleted=True,
        )
        if not rows:
            return pages
        pages.append([row["Id"] for row in rows])
        stamp = rows[-1]["SystemModstamp"].replace("+0000", "Z")
        after = f"SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{pages[-1][-1]}')"


def test_a_stamp_is_in_whole_seconds_and_moves_with_every_change(org: SalesforceOrg) -> None:
    account = org.account()
    created = in_bin(org, account)["SystemModstamp"]

    later_than(created)
    org.update("Account", account, Site="here")
    changed = in_bin(org, account)["SystemModstamp"]
    later_than(changed)
    org.delete("Account", account)
    deleted = in_bin(org, account)

    assert created.endswith(".000+0000")
    assert created < changed < deleted["SystemModstamp"]
    assert (deleted["IsDeleted"], deleted["MasterRecordId"]) == (True, None)


def test_an_undelete_moves_the_stamps_of_all_that_come_back(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    account = org.account()
    offer = org.opportunity(account)
    org.delete("Account", account)
    deleted = in_bin(org, account)["SystemModstamp"]

    later_than(deleted)
    simulator.post(f"records/{account}/undelete")

    back = in_bin(org, account)
    (offered,) = org.rows(f"SELECT SystemModstamp FROM Opportunity WHERE Id = '{offer}'")
    assert not back["IsDeleted"]
    assert back["SystemModstamp"] == offered["SystemModstamp"] > deleted


def test_a_merge_moves_the_stamps_of_winner_losers_and_children(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    winner, *losers = (org.account() for _ in range(3))
    offer = org.opportunity(losers[0])
    before = in_bin(org, losers[1])["SystemModstamp"]

    later_than(before)
    simulator.post("merge", {"winner": winner, "losers": losers})

    held = [in_bin(org, account) for account in (winner, *losers)]
    children = org.rows(f"SELECT SystemModstamp FROM Opportunity WHERE Id = '{offer}'")
    assert [row["MasterRecordId"] for row in held] == [None, winner, winner]
    assert [row["IsDeleted"] for row in held] == [False, True, True]
    assert all(row["SystemModstamp"] > before for row in (*held, *children))


def test_a_hard_deleted_record_is_not_even_in_the_bin(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    account = org.account()

    simulator.post(f"records/{account}/hard-delete")

    assert org.rows(BIN.format(account), deleted=True) == []


@pytest.mark.parametrize("limit", [2, 2000])
def test_pages_by_stamp_and_id_have_every_record_once_deleted_ones_too(
    org: SalesforceOrg, limit: int
) -> None:
    name = unique("Keyset")
    first = [org.account(name) for _ in range(3)]
    later_than(in_bin(org, first[-1])["SystemModstamp"])
    second = [org.account(name) for _ in range(2)]
    org.update("Account", first[0], Site="here")
    org.delete("Account", first[1])

    pages = pages_of(org, name, limit)

    found = [account for page in pages for account in page]
    assert found[0] == first[2]
    assert sorted(found) == sorted([*first, *second])
    assert all(len(page) == limit for page in pages[:-1])


def test_a_page_may_have_two_thousand_records_of_one_second(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    name = unique("Load")
    accounts = many(org, name, 2100)

    pages = pages_of(org, name, 2000)

    assert [len(page) for page in pages] == [2000, 100]
    assert sorted(pages[0] + pages[1]) == sorted(accounts)
    assert simulator.get("requests/count", call="queryAll.next")["count"] == 0


@pytest.mark.parametrize("zone", ["Z", ".000Z", "+00:00", ".000+0000"])
def test_a_moment_may_be_written_in_several_ways(org: SalesforceOrg, zone: str) -> None:
    account = org.account()
    stamp = in_bin(org, account)["SystemModstamp"].replace(".000+0000", zone)

    sharp = f"SELECT Id FROM Account WHERE Id = '{account}' AND SystemModstamp = {stamp}"
    rows = org.http.get(f"{DATA}/query", params={"q": sharp}).json()["records"]

    assert [row["Id"] for row in rows] == [account]


def test_a_semi_join_may_be_joined_with_other_conditions(org: SalesforceOrg) -> None:
    name = unique("Joined")
    north, south, lost, gone = (
        org.account(name, Site=site) for site in ("north", "south", "north", "north")
    )
    for account in (north, south, gone):
        org.opportunity(account, "Closed Won")
    org.opportunity(lost, "Closed Lost")
    org.delete("Account", gone)

    where = (
        f"Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true) AND Name = '{name}' AND "
        f"(Site = 'north' OR Id > '{south}')"
    )
    rows = org.rows(f"SELECT Id FROM Account WHERE {where} ORDER BY Id LIMIT 2000")
    count = org.query(f"SELECT COUNT() FROM Account WHERE {where}").json()

    assert rows == [{"Id": north}]
    assert (count["totalSize"], count["done"], count["records"]) == (1, True, [])


def test_two_thousand_records_are_retrieved_at_once_and_no_more(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    deleted, *accounts = many(org, unique("Retrieved"), 2000)
    org.delete("Account", deleted)
    ids = [*accounts, deleted]
    url = f"{DATA}/composite/sobjects/Account"

    answer = org.http.post(url, json={"ids": ids, "fields": ["Id", "SystemModstamp"]})
    more = org.http.post(url, json={"ids": [*ids, accounts[0]], "fields": ["Id"]})

    rows = answer.json()
    assert [row["Id"] for row in rows[:-1]] == accounts
    assert rows[-1] is None
    assert refusal(more)[0] == 400
