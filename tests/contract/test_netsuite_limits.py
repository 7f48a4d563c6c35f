"""The contract of NetSuite's limits and refusals, most of them scripted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.contract.netsuite_account import (
    CUSTOMER,
    NetSuiteAccount,
    error,
    last_segment,
    open_account,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request, simulated=True)


def fault(netsuite: NetSuiteAccount, **rule: Any) -> None:
    """Script a fault."""
    netsuite.admin("POST", "faults", rule)


def read_together(netsuite: NetSuiteAccount, times: int) -> list[httpx.Response]:
    """So many reads at the same time."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: netsuite.http.get(CUSTOMER), range(times)))


def test_requests_over_the_accounts_limit_are_refused(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(concurrency=2, latency_seconds=0.5)

    answers = read_together(netsuite, 5)

    refused = [answer for answer in answers if answer.status_code == 429]
    report = netsuite.admin("GET", "concurrency")
    assert len(refused) == 3
    assert error(refused[0])[:2] == (429, "CONCURRENCY_LIMIT_EXCEEDED")
    assert refused[0].json()["title"] == "Bad Request"
    assert "retry-after" not in refused[0].headers
    assert (report["limit"], report["peak"], report["refused"]) == (2, 2, 3)


def test_the_refusal_may_come_as_a_400(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(concurrency=1, latency_seconds=0.5, concurrency_status=400)

    answers = read_together(netsuite, 2)

    (refused,) = [answer for answer in answers if not answer.is_success]
    assert error(refused)[:2] == (400, "CONCURRENCY_LIMIT_EXCEEDED")


def test_the_peak_can_be_counted_anew(netsuite: NetSuiteAccount) -> None:
    netsuite.http.get(CUSTOMER)

    netsuite.admin("DELETE", "concurrency")

    report = netsuite.admin("GET", "concurrency")
    assert (report["peak"], report["admitted"], report["refused"], report["current"]) == (0,) * 4


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"status": 503}, (503, None)),
        ({"status": 500}, (500, "UNEXPECTED_ERROR")),
        ({"status": 429}, (429, "CONCURRENCY_LIMIT_EXCEEDED")),
        ({"status": 401}, (401, "INVALID_LOGIN")),
        ({"status": 403}, (403, "INSUFFICIENT_PERMISSION")),
        (
            {"code": "CONCURRENCY_LIMIT_EXCEEDED", "status": 400},
            (400, "CONCURRENCY_LIMIT_EXCEEDED"),
        ),
        ({"code": "RCRD_HAS_BEEN_CHANGED"}, (400, "RCRD_HAS_BEEN_CHANGED")),
        ({"code": "INVALID_KEY_OR_REF"}, (400, "INVALID_KEY_OR_REF")),
        ({"code": "NONEXISTENT_ID"}, (404, "NONEXISTENT_ID")),
        (
            {"status": 400, "message": "This record has been locked by a user defined workflow."},
            (400, "USER_ERROR"),
        ),
    ],
)
def test_a_scripted_refusal_has_the_true_form(
    netsuite: NetSuiteAccount, rule: dict[str, Any], expected: tuple[int, str | None]
) -> None:
    fault(netsuite, call="customer.put", **rule)

    answer = netsuite.put("001A", netsuite.company())

    status, code = expected
    assert answer.status_code == status
    if code is None:
        assert answer.headers["content-type"] == "text/html"
    else:
        assert error(answer)[1] == code
        assert rule.get("message", "") in error(answer)[2]
    assert netsuite.admin("GET", "customers")["count"] == 0


def test_something_else_can_answer_after_the_customer_was_saved(netsuite: NetSuiteAccount) -> None:
    body = netsuite.company()
    page = {"status": 200, "body": "<html>", "headers": {"Content-Type": "text/html"}}
    fault(netsuite, call="customer.put", carried_out=True, **page)

    answered = netsuite.put("001A", body)

    listed = netsuite.admin("GET", "customers?external_id=001A")
    assert (answered.status_code, answered.text) == (200, "<html>")
    assert listed["count"] == 1


def test_an_answer_can_be_lost_after_the_customer_was_saved(netsuite: NetSuiteAccount) -> None:
    body = netsuite.company()
    fault(netsuite, call="customer.put", drop="after")

    with pytest.raises(httpx.RemoteProtocolError):
        netsuite.put("001A", body)
    repeated = netsuite.put("001A", body)

    listed = netsuite.admin("GET", "customers?external_id=001A")
    assert repeated.status_code == 204
    assert [customer["id"] for customer in listed["customers"]] == [last_segment(repeated)]


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        ("GET", CUSTOMER, "customer.query"),
        ("GET", f"{CUSTOMER}/eid:x", "customer.get"),
        ("GET", f"{CUSTOMER}/1/addressBook", "customer.sublist"),
        ("DELETE", f"{CUSTOMER}/1", "customer.delete"),
        ("POST", f"{CUSTOMER}SubsidiaryRelationship", "customerSubsidiaryRelationship.post"),
        ("POST", "/services/rest/query/v1/suiteql", "suiteql"),
        ("GET", "/services/rest/record/v1/metadata-catalog/customer", "metadata"),
        ("GET", "/services/rest/system/v1/governanceLimits", "governance"),
        ("GET", "/services/rest/record/v1/vendor/1", "unknown"),
    ],
)
def test_every_call_is_logged_by_name(
    netsuite: NetSuiteAccount, method: str, path: str, call: str
) -> None:
    netsuite.admin("DELETE", "requests")

    netsuite.http.request(method, path)

    assert netsuite.admin("GET", f"requests/count?call={call}") == {"count": 1}


def test_what_the_api_does_not_have_is_refused_in_its_form(netsuite: NetSuiteAccount) -> None:
    unknown = netsuite.http.get("/services/rest/record/v1/vendor/1")
    method = netsuite.http.put("/services/rest/query/v1/suiteql", json={})
    parameter = netsuite.http.get(CUSTOMER, params={"where": "1"})
    text = netsuite.http.post(CUSTOMER, content=b"x", headers={"Content-Type": "text/plain"})
    batch = netsuite.http.post(
        CUSTOMER,
        content=b'{"items": []}',
        headers={"Content-Type": "application/vnd.oracle.resource+json; type=collection"},
    )
    limits = netsuite.http.get("/services/rest/system/v1/governanceLimits")

    assert error(unknown)[0] == 404
    assert error(method)[0] == 405
    assert error(parameter)[:2] == (400, "INVALID_PARAMETER")
    assert error(text)[1] == "INVALID_HEADER"
    assert error(batch)[:2] == (400, "INVALID_CONTENT")
    assert error(limits)[:2] == (403, "INSUFFICIENT_PERMISSION")


def test_a_reset_empties_the_account_and_its_settings(netsuite: NetSuiteAccount) -> None:
    netsuite.create()
    netsuite.settings(concurrency=1, one_world=False)

    netsuite.admin("POST", "reset")
    netsuite.log_in()

    assert netsuite.rows("SELECT id FROM customer") == []
    assert len(netsuite.rows("SELECT id FROM subsidiary")) > 1
    assert netsuite.admin("GET", "settings")["concurrency"] == 15
