"""What the reconciler reads of an org whose answers a test chooses."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from app.errors import ServiceUnavailable
from app.reconciliation.found import Found
from app.reconciliation.modified import Modified
from app.reconciliation.qualifying import Qualifying
from app.salesforce.auth import Credentials
from app.salesforce.client import SalesforceClient
from tests.answering import Form, answering

ACCOUNT, WINNER = "001xx000003DGb2AAG", "001xx000003DGb3AAG"
OPPORTUNITY = "006xx000001abcdAAA"
STAMP = "2026-11-23T10:15:02.000+0000"
SECONDS = 1_795_428_902
CHANGED = {"Id": ACCOUNT, "SystemModstamp": STAMP, "IsDeleted": False, "MasterRecordId": None}
WON = {"Id": OPPORTUNITY, "AccountId": ACCOUNT, "SystemModstamp": STAMP}
IDENTITY = "https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS"
READS: dict[str, tuple[Callable[[SalesforceClient], object], dict[str, Any]]] = {
    "changed Accounts": (
        lambda client: Modified(client, lambda: "(a)", 2).accounts(0, ""),
        CHANGED,
    ),
    "won Opportunities": (
        lambda client: Modified(client, lambda: "(a)", 2).opportunities(0, ""),
        WON,
    ),
    "those that qualify": (
        lambda client: Qualifying(client, lambda: "(a)", 2).page("", ""),
        CHANGED,
    ),
}


@contextmanager
def org(body: str) -> Iterator[SalesforceClient]:
    """Answers everything but the login with this body."""
    where: list[str] = []

    def answer(path: str, form: Form) -> tuple[int, str]:
        if path.endswith("/token"):
            login = {"access_token": "a-token", "instance_url": where[0], "id": IDENTITY}
            return 200, json.dumps(login)
        return 200, body

    with answering(answer) as url:
        where.append(url)
        credentials = Credentials(url, "consumer", client_secret=SecretStr("secret"))
        client = SalesforceClient(credentials, "66.0", 5.0)
        try:
            yield client
        finally:
            client.close()


def rows(*records: object, **more: object) -> str:
    return json.dumps({"records": records, "done": True} | more)


@pytest.mark.parametrize(("read", "record"), READS.values(), ids=READS)
@pytest.mark.parametrize(
    "damage",
    [
        {"Id": None},
        {"Id": "hello"},
        {"Id": OPPORTUNITY, "AccountId": OPPORTUNITY},
        {"SystemModstamp": None},
        {"SystemModstamp": "soon"},
        {"SystemModstamp": "2026-11-23T10:15:02"},
        {"SystemModstamp": 1_795_428_902},
    ],
)
def test_a_malformed_record_is_the_services_failure(
    read: Callable[[SalesforceClient], object], record: dict[str, Any], damage: dict[str, Any]
) -> None:
    with org(rows(record | damage)) as client, pytest.raises(ServiceUnavailable) as refused:
        read(client)

    assert refused.value.service == "salesforce"


@pytest.mark.parametrize(
    "damage",
    [{"IsDeleted": None}, {"IsDeleted": "no"}, {"MasterRecordId": 7}, {"MasterRecordId": "x"}],
)
def test_an_account_says_whether_it_is_deleted_and_merged(damage: dict[str, Any]) -> None:
    with org(rows(CHANGED | damage)) as client, pytest.raises(ServiceUnavailable):
        Modified(client, lambda: "(a)", 2).accounts(0, "")


def test_a_page_says_what_it_found_and_where_it_ends() -> None:
    merged = {"Id": ACCOUNT, "IsDeleted": True, "MasterRecordId": WINNER}

    with org(rows(CHANGED | merged)) as client:
        page = Modified(client, lambda: "(a)", 2).accounts(0, "")

    place = f"{SECONDS} {ACCOUNT}"
    assert page.found == [Found(ACCOUNT, place, SECONDS, is_deleted=True, merged_into=WINNER)]
    assert page.next_place is None


def test_a_page_that_salesforce_cuts_short_is_no_end() -> None:
    cut = rows(CHANGED, done=False, nextRecordsUrl="/next")

    with org(cut) as client:
        page = Modified(client, lambda: "(a)", 2000).accounts(0, "")

    assert page.next_place == f"{SECONDS} {ACCOUNT}"


@pytest.mark.parametrize(("count", "goes_on"), [(0, False), (2, False), (3, True)])
def test_one_record_more_than_asked_for_says_that_more_follows(count: int, goes_on: bool) -> None:
    with org(rows(*[CHANGED] * count)) as client:
        page = Qualifying(client, lambda: "(a)", 2).page("", "")

    assert len(page.found) == min(count, 2)
    assert (page.next_place is not None) is goes_on


@pytest.mark.parametrize(
    "body",
    [
        *("", "{}", "null", "[]", "[7]", "[{}]", "[null, null]"),
        json.dumps([{"Id": WINNER, "SystemModstamp": STAMP}]),
    ],
)
def test_a_retrieval_answers_each_id_in_its_place(body: str) -> None:
    with org(body) as client, pytest.raises(ServiceUnavailable):
        client.retrieve("Account", [ACCOUNT], ["Id"])


def test_a_retrieval_leaves_null_where_a_record_is_missing() -> None:
    with org(json.dumps([None, {"Id": WINNER}])) as client:
        found = client.retrieve("Account", [ACCOUNT, WINNER], ["Id"])

    assert found == [None, {"Id": WINNER}]


@pytest.mark.parametrize("total", [None, "7", True, -1])
def test_a_count_is_a_number(total: object) -> None:
    with org(rows(totalSize=total)) as client, pytest.raises(ServiceUnavailable):
        client.count("SELECT COUNT() FROM Account")
