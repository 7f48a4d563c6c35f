"""The contract of SuiteQL."""

from collections.abc import Iterator

import pytest

from tests.contract.netsuite_account import (
    NetSuiteAccount,
    open_account,
    unique,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request)


@pytest.fixture
def simulated(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request, simulated=True)


def test_rows_have_lower_case_names_and_texts_and_leave_nulls_out(
    netsuite: NetSuiteAccount,
) -> None:
    external_id = unique("eid")
    netsuite.put(external_id, netsuite.company(companyName="O'Brien & Söhne"))

    rows = netsuite.rows(
        "SELECT ID, CompanyName AS CompanyName, isinactive, parent FROM customer "
        "WHERE externalid = ?",
        external_id,
    )

    key = netsuite.get(f"eid:{external_id}")["id"]
    assert rows == [{"id": key, "companyname": "O'Brien & Söhne", "isinactive": "F"}]


def test_external_ids_and_folded_names_are_looked_up_together(netsuite: NetSuiteAccount) -> None:
    first, second = unique("eid"), unique("Ökonomie straße")
    netsuite.put(first, netsuite.company())
    named = netsuite.create(companyName=second)
    by_id = netsuite.get(f"eid:{first}")["id"]

    rows = netsuite.rows(
        "SELECT id FROM customer WHERE isperson = 'F' AND "
        "(externalid IN (?, ?) OR UPPER(companyname) IN (?, ?)) ORDER BY id",
        *[first, "no-such"],
        *["NO SUCH", "Ö" + second[1:].upper().replace("SS", "ß", 1)],
    )

    assert [row["id"] for row in rows] == [by_id, named]


def test_equality_is_case_sensitive(netsuite: NetSuiteAccount) -> None:
    name = unique("MixedCase")
    netsuite.create(companyName=name)

    rows = netsuite.rows("SELECT id FROM customer WHERE companyname = ?", name.upper())

    assert rows == []


def test_a_parameter_is_never_read_as_sql(netsuite: NetSuiteAccount) -> None:
    text = "x' OR '1' = '1"

    rows = netsuite.rows("SELECT id FROM customer WHERE companyname = ?", text)

    assert rows == []


def test_pages_follow_limit_and_offset(simulated: NetSuiteAccount) -> None:
    keys = [simulated.plant() for _ in range(5)]

    pages = [
        simulated.query("SELECT id FROM customer ORDER BY id", limit=2, offset=offset).json()
        for offset in (0, 2, 4)
    ]

    assert [item["id"] for page in pages for item in page["items"]] == keys
    assert [page["hasMore"] for page in pages] == [True, True, False]
    assert [page["count"] for page in pages] == [2, 2, 1]
    assert {page["totalResults"] for page in pages} == {5}
    assert {link["rel"] for link in pages[0]["links"]} >= {"self", "next", "last"}


def test_a_thousand_values_fit_into_one_in(netsuite: NetSuiteAccount) -> None:
    marks = ", ".join("?" * 1000)
    text = "SELECT id FROM customer WHERE externalid IN (?)".replace("?", marks)

    rows = netsuite.rows(text, *[unique("eid") for _ in range(1000)])

    assert rows == []


def test_expressions_without_a_name_are_numbered(simulated: NetSuiteAccount) -> None:
    simulated.plant(companyName="Acme")

    rows = simulated.rows("SELECT COUNT(*), MAX(companyname) || '!' FROM customer")

    assert rows == [{"expr1": "1", "expr2": "Acme!"}]


def test_dates_are_shown_as_days_and_compared_by_to_date(simulated: NetSuiteAccount) -> None:
    key = simulated.plant()
    text = (
        "SELECT lastmodifieddate, TO_CHAR(lastmodifieddate, 'YYYY-MM-DD HH24:MI:SS') AS moment "
        "FROM customer WHERE lastmodifieddate >= TO_DATE(?, 'YYYY-MM-DD') "
    )

    (row,) = simulated.rows(text, "2020-01-01")

    year, month, day = (int(part) for part in row["moment"][:10].split("-"))
    assert row["lastmodifieddate"] == f"{month}/{day}/{year}"
    assert simulated.get(key)["lastModifiedDate"] == row["moment"].replace(" ", "T") + "Z"
    assert simulated.rows(text, "2099-01-01") == []


def test_currencies_are_found_by_their_iso_code(simulated: NetSuiteAccount) -> None:
    text = "SELECT id, symbol FROM currency WHERE symbol IN (?, ?) ORDER BY id"

    rows = simulated.rows(text, "USD", "SGD")

    assert rows == [{"id": "1", "symbol": "USD"}, {"id": "5", "symbol": "SGD"}]


def test_writes_are_unseen_until_the_lag_is_over(simulated: NetSuiteAccount) -> None:
    key = simulated.plant(companyName="Before")
    simulated.settings(suiteql_lag_seconds=3600)

    simulated.patch(key, {"companyName": "After"})
    unseen = simulated.rows("SELECT companyname FROM customer")
    record = simulated.get(key)["companyName"]
    simulated.settings(suiteql_lag_seconds=0)
    simulated.plant(companyName="Later")

    assert (unseen, record) == ([{"companyname": "Before"}], "After")
    names = simulated.rows("SELECT companyname FROM customer ORDER BY id")
    assert names == [{"companyname": "After"}, {"companyname": "Later"}]
