"""Reading Accounts from an org whose answers a test chooses."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from app.errors import RecordRejected, ServiceUnavailable
from app.flow import Qualification
from app.salesforce.accounts import Accounts, Reading
from app.salesforce.auth import Credentials
from app.salesforce.client import SalesforceClient
from tests.answering import Form, answering

ID = "001xx000003DGb2AAG"
IDENTITY = "https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS"
READS: dict[str, Callable[[Accounts], object]] = {
    "an Account": lambda accounts: accounts.read(ID),
    "many": lambda accounts: accounts.read_many([ID], Qualification()),
    "its ancestors": lambda accounts: accounts.ancestors(ID),
    "names": lambda accounts: accounts.names([ID]),
    "Accounts of Opportunities": lambda accounts: accounts.of_opportunities(["006xx0000001"]),
}


@contextmanager
def org(
    pages: dict[str, str], fields: Sequence[str] = (), asked: list[str] | None = None
) -> Iterator[Accounts]:
    """Accounts of an org that answers a query, and other paths, with these bodies; `asked` takes
    the paths.
    """
    where: list[str] = []

    def answer(path: str, form: Form) -> tuple[int, str]:
        if path.endswith("/token"):
            login = {"access_token": "a-token", "instance_url": where[0], "id": IDENTITY}
            return 200, json.dumps(login)
        if asked is not None:
            asked.append(path)
        return 200, next(body for begin, body in pages.items() if path.startswith(begin))

    with answering(answer) as url:
        where.append(url)
        credentials = Credentials(url, "consumer", client_secret=SecretStr("secret"))
        client = SalesforceClient(credentials, "66.0", 5.0)
        try:
            yield Accounts(client, fields)
        finally:
            client.close()


def rows(*records: object) -> str:
    return json.dumps({"records": records, "done": True})


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize(
    "body",
    [
        *("", "<html>", "[]", "null", "{}", '{"records": null}', '{"records": [], "done": false}'),
        *(rows(None), rows({}), rows({"Id": 7, "AccountId": 7}), rows({"Id": ID, "AccountId": ""})),
    ],
)
def test_nonsense_is_the_services_failure(read: Callable[[Accounts], object], body: str) -> None:
    with org({"/services/data/": body}) as accounts, pytest.raises(ServiceUnavailable) as refused:
        read(accounts)

    assert refused.value.service == "salesforce"


def test_the_pages_of_a_query_are_followed_to_their_end() -> None:
    other = "001xx000003DGb3AAG"
    first = {"records": [{"Id": ID, "Name": "A"}], "done": False, "nextRecordsUrl": "/next"}
    pages = {"/services/data/": json.dumps(first), "/next": rows({"Id": other, "Name": "B"})}

    with org(pages) as accounts:
        names = accounts.names([ID, other])

    assert names == {ID: "A", other: "B"}


def test_opportunities_without_an_account_have_none() -> None:
    deals = ["006xx000001aaaaAAA", "006xx000001aaabAAA"]
    found = ({"Id": deals[0], "AccountId": None}, {"Id": deals[1], "AccountId": ID})
    with org({"/services/data/": rows(*found)}) as accounts:
        owners = accounts.of_opportunities(deals)

    assert owners == {deals[1][:15]: ID}


def account(**fields: object) -> dict[str, object]:
    """A record with all that is always read."""
    parts = ("Street", "City", "State", "PostalCode", "Country")
    empty = {f"{kind}{part}": None for kind in ("Billing", "Shipping") for part in parts}
    always = {"Id": ID, "Name": "Edge", "IsDeleted": False, "MasterRecordId": None}
    stamp = {"SystemModstamp": "2026-01-31T12:00:00.000+0000", "ParentId": None}
    return {**always, **stamp, **empty, **fields}


def test_an_account_says_up_to_when_it_was_read_and_what_took_its_place() -> None:
    winner = "001xx000003DGb3"
    record = account(IsDeleted=True, MasterRecordId=winner)

    with org({"/services/data/": rows(record)}) as accounts:
        found = accounts.read(ID)

    assert found
    assert found.seen == datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
    assert found.merged_into == f"{winner}AAG"


def test_a_reading_at_the_moment_of_a_change_does_not_count_as_the_last() -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=60)
    record = account(SystemModstamp=soon.isoformat())

    with org({"/services/data/": rows(record)}) as accounts:
        found = accounts.read(ID)

    assert found
    assert found.seen == soon.timestamp() - 1


def test_a_field_that_is_named_twice_is_asked_for_once() -> None:
    with org({}, ["systemmodstamp", "Phone", "PHONE", "NetSuite_Id__c"]) as accounts:
        asked = accounts.fields

    assert asked[-2:] == ("Phone", "NetSuite_Id__c")
    assert len({name.lower() for name in asked}) == len(asked)


@pytest.mark.parametrize("won", [7, "no", [], {}, {"records": 7}, {"records": [], "done": False}])
def test_opportunities_that_are_no_answer_qualify_nobody(won: object) -> None:
    pages = {"/services/data/": rows(account(Opportunities=won))}

    with org(pages) as accounts, pytest.raises(ServiceUnavailable):
        accounts.read_many([ID], Qualification())


def test_many_accounts_are_read_with_what_qualifies_each() -> None:
    other, unknown = "001xx000003DGb3AAG", "001xx000003DGb4AAG"
    won = {"records": [{"Id": "006xx000001aaaaAAA"}], "totalSize": 1, "done": True}
    found = rows(account(Opportunities=won), account(Id=other, Name="B", Opportunities=None))

    with org({"/services/data/": found}) as accounts:
        readings = accounts.read_many([ID, other, unknown], Qualification())

    first, second = readings[ID], readings[other]
    assert isinstance(first, Reading)
    assert isinstance(second, Reading)
    assert (first.account and first.account.name, first.qualifies) == ("Edge", True)
    assert (second.account and second.account.name, second.qualifies) == ("B", False)
    assert readings[unknown] == Reading(None, qualifies=False)
    assert first.account
    assert "Opportunities" not in first.account.fields


def test_a_compound_field_is_the_trouble_of_the_account_that_has_it() -> None:
    other = "001xx000003DGb3AAG"
    compound = account(BillingAddress={"city": "Berlin"}, Opportunities=None)
    plain = account(Id=other, BillingAddress=None, Opportunities=None)

    with org({"/services/data/": rows(compound, plain)}) as accounts:
        readings = accounts.read_many([ID, other], Qualification())

    assert isinstance(readings[ID], RecordRejected)
    assert isinstance(readings[other], Reading)


def test_no_address_grows_longer_than_salesforce_takes() -> None:
    ids = [f"001xx0000{number:06}AAA" for number in range(200)]
    field, asked = [f"Field_with_a_long_name_{number}__c" for number in range(200)], list[str]()

    with org({"/services/data/": rows()}, field, asked) as accounts:
        readings = accounts.read_many(ids, Qualification())

    assert list(readings) == ids
    assert len(asked) > 1
    assert max(map(len, asked)) < 16_384 - 4_000
    assert all(sum(account in path for path in asked) == 1 for account in ids)
