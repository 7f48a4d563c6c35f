"""The contract of SuiteQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.netsuite_account import (
    SUITEQL,
    NetSuiteAccount,
    error,
    open_account,
    unique,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request)


@pytest.fixture
def simulated(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request, simulated=True)


def refusal(netsuite: NetSuiteAccount, text: str, *params: Any) -> str:
    """The detail of a refused query."""
    answer = netsuite.query(text, *params)
    assert error(answer)[:2] == (400, "INVALID_PARAMETER")
    assert answer.json()["o:errorDetails"][0]["o:errorQueryParam"] == "q"
    return error(answer)[2]


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


@pytest.mark.parametrize(
    "paging", [{"limit": 1001}, {"limit": 0}, {"limit": 10, "offset": 5}, {"pages": 1}]
)
def test_a_wrong_page_is_refused(netsuite: NetSuiteAccount, paging: dict[str, int]) -> None:
    text = "SELECT id FROM customer"

    answer = netsuite.query(text, **paging)

    assert error(answer)[:2] == (400, "INVALID_PARAMETER")


def test_the_preference_for_transient_is_required(netsuite: NetSuiteAccount) -> None:
    body = {"q": "SELECT id FROM customer WHERE id = 1"}

    answer = netsuite.http.post(SUITEQL, json=body)

    assert error(answer)[:2] == (400, "INVALID_HEADER")


@pytest.mark.parametrize("params", [[None], [True], [{"a": 1}], "text"])
def test_a_parameter_is_a_text_or_a_number(netsuite: NetSuiteAccount, params: object) -> None:
    body = {"q": "SELECT id FROM customer WHERE id = ?", "params": params}

    answer = netsuite.http.post(SUITEQL, json=body, headers={"Prefer": "transient"})

    assert answer.status_code == 400


@pytest.mark.parametrize("body", [{}, {"q": ""}, {"q": 1}, {"q": "SELECT 1", "other": 1}])
def test_a_body_without_a_query_is_invalid_content(
    simulated: NetSuiteAccount, body: dict[str, Any]
) -> None:
    headers = {"Prefer": "transient"}

    answer = simulated.http.post(SUITEQL, json=body, headers=headers)

    assert error(answer)[:2] == (400, "INVALID_CONTENT")


def test_an_unknown_column_is_named_with_what_there_is(netsuite: NetSuiteAccount) -> None:
    text = "SELECT c.nosuch FROM customer c"

    detail = refusal(netsuite, text)

    assert "Unknown identifier 'nosuch'. Available identifiers are: {c=customer}" in detail


def test_a_double_quoted_name_is_a_name_and_no_text(netsuite: NetSuiteAccount) -> None:
    text = 'SELECT "nosuch" FROM customer'

    detail = refusal(netsuite, text)

    assert "nosuch" in detail


def test_an_unknown_record_type_is_named(netsuite: NetSuiteAccount) -> None:
    text = "SELECT id FROM nosuchrecord"

    detail = refusal(netsuite, text)

    assert "Invalid search type: nosuchrecord." in detail


def test_balances_cannot_be_queried(netsuite: NetSuiteAccount) -> None:
    text = "SELECT balance FROM customer"

    detail = refusal(netsuite, text)

    assert "Unknown identifier 'balance'" in detail


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM customer",
        "UPDATE customer SET companyname = 'x'",
        "SELECT id FROM customer; DELETE FROM customer",
        "SELECT id FROM customer;",
        "WITH c AS (SELECT id FROM customer) SELECT id FROM c",
        "SELECT id FROM customer WHERE datecreated > DATE '2020-01-01'",
        "SELECT id FROM customer LIMIT 5",
        "SELECT id FROM customer WHERE id == 5",
        "SELECT id FROM customer WHERE",
        "SELECT randomblob(9) FROM customer",
        "SELECT id FROM customer WHERE id = ?",
        "PRAGMA table_info(customer)",
        "SELECT id FROM customer WHERE id IN (" + ", ".join(["1"] * 1001) + ")",
    ],
)
def test_what_suiteql_does_not_take_is_refused(simulated: NetSuiteAccount, text: str) -> None:
    simulated.plant()

    detail = refusal(simulated, text)

    assert "Invalid or unsupported search." in detail
    assert len(simulated.rows("SELECT id FROM customer")) == 1


@pytest.mark.parametrize("table", ["m_customer", "sqlite_master", "(m_customer)", '"m_customer"'])
def test_the_tables_behind_the_simulator_are_no_records(
    simulated: NetSuiteAccount, table: str
) -> None:
    text = f"SELECT COUNT(*) FROM {table}"

    detail = refusal(simulated, text)

    assert "Invalid search type" in detail


def test_a_thousand_values_fit_into_one_in(netsuite: NetSuiteAccount) -> None:
    marks = ", ".join("?" * 1000)

    rows = netsuite.rows(
        f"SELECT id FROM customer WHERE externalid IN ({marks})",
        *[unique("eid") for _ in range(1000)],
    )

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
