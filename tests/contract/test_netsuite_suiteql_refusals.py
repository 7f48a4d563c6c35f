"""The contract of SuiteQL's refusals."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.netsuite_account import (
    SUITEQL,
    NetSuiteAccount,
    error,
    open_account,
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
        "SELECT id FROM customer WHERE id IN (1)".replace("1", ", ".join(["1"] * 1001)),
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
    text = " ".join(["SELECT COUNT(*) FROM", table])

    detail = refusal(simulated, text)

    assert "Invalid search type" in detail
