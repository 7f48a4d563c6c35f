"""Calls that NetSuite leaves unanswered, or fails: how long each waits, and whose failure it is."""

from collections.abc import Iterator

import httpx
import pytest

from app.breaker import FAILURES, Breaker
from app.errors import NoAnswer, ServiceUnavailable, SyncError
from app.netsuite.client import NetSuiteClient
from app.services import Services

CURRENCIES = "SELECT id FROM currency"
CUSTOMER = "/services/rest/record/v1/customer"
HANGS_SECONDS = 1.0


@pytest.fixture
def client(services: Services) -> Iterator[NetSuiteClient]:
    """Its queries may take half as long as a call that hangs."""
    made = NetSuiteClient(
        services.settings.netsuite_url,
        services.netsuite.auth,
        services.governor,
        Breaker("netsuite", services.pauses, 15.0),
        30.0,
        query_seconds=HANGS_SECONDS / 2,
    )
    yield made
    made.close()


def company(name: str) -> dict[str, object]:
    return {"companyName": name, "subsidiary": {"id": "1"}}


def fault(netsuite: httpx.Client, call: str, **rule: object) -> None:
    netsuite.post("faults", json={"call": call, "times": None, **rule}).raise_for_status()


def failure_of(client: NetSuiteClient, name: str) -> SyncError:
    """Why no Customer of the name is made."""
    with pytest.raises(ServiceUnavailable) as raised:
        client.write("POST", CUSTOMER, company(name))
    return raised.value


def test_a_query_is_given_up_sooner_than_a_save(
    client: NetSuiteClient, netsuite: httpx.Client
) -> None:
    client.suiteql(CURRENCIES, [])  # logs in
    fault(netsuite, "*", delay_seconds=HANGS_SECONDS)

    with pytest.raises(ServiceUnavailable, match="did not answer in time") as silent:
        client.suiteql(CURRENCIES, [])
    client.write("PUT", f"{CUSTOMER}/eid:Slow", company("Slow"))

    assert not isinstance(silent.value, NoAnswer)
    found = netsuite.get("customers", params={"external_id": "Slow"}).json()
    assert found["count"] == 1


def test_queries_that_hang_soon_pause_netsuite(
    client: NetSuiteClient, netsuite: httpx.Client, services: Services
) -> None:
    client.suiteql(CURRENCIES, [])
    fault(netsuite, "suiteql", delay_seconds=HANGS_SECONDS)

    for _ in range(FAILURES):
        with pytest.raises(ServiceUnavailable):
            client.suiteql(CURRENCIES, [])

    assert list(services.pauses.all()) == ["netsuite"]


@pytest.mark.parametrize("body", ["", '{"items": [{"id', '{"count": 1}'])
def test_nonsense_in_place_of_rows_is_held_against_netsuite(
    client: NetSuiteClient, netsuite: httpx.Client, services: Services, body: str
) -> None:
    fault(netsuite, "suiteql", status=200, body=body)

    failures = []
    for _ in range(FAILURES):
        with pytest.raises(ServiceUnavailable) as raised:
            client.suiteql(CURRENCIES, [])
        failures.append(raised.value)

    assert not any(failure.counts for failure in failures)
    assert list(services.pauses.all()) == ["netsuite"]


def test_customers_that_have_no_address_yet_are_several_records(
    client: NetSuiteClient, netsuite: httpx.Client
) -> None:
    client.write("POST", CUSTOMER, company("Saved"))
    fault(netsuite, "customer.post", status=503)

    failures = [failure_of(client, name) for name in ("One", "Two")]

    assert [failure.counts for failure in failures] == [True, False]
