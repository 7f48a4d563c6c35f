"""Currencies are remembered for some minutes; NetSuite may have others by then."""

import json
from collections.abc import Iterator

import pytest

from app.netsuite.errors import ReferenceRejected
from tests.integration.listening import Scene
from tests.integration.office import Office

STALE = {"items": [{"id": "99", "symbol": "USD"}], "count": 1, "hasMore": False, "links": []}


@pytest.fixture
def further(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"currencies": {"enabled": True, "further": ["EUR"]}})
    yield made
    made.netsuite.reset()
    made.close()


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"currencies": {"enabled": True}})
    made.netsuite.switch(multi_currency=True)
    yield made
    made.netsuite.reset()
    made.close()


def remember_a_currency_that_is_gone(office: Office, times: int | None) -> None:
    office.netsuite.fault(
        call="suiteql", contains="FROM currency", status=200, body=json.dumps(STALE), times=times
    )
    assert office.services.lookups.currencies() == {"USD": "99"}


def test_a_currency_that_netsuite_refuses_is_looked_up_anew(office: Office) -> None:
    account = office.save("Acme", CurrencyIsoCode="USD")
    remember_a_currency_that_is_gone(office, times=1)

    verdict = office.run(account)

    assert verdict == "synced"
    assert office.services.lookups.currencies()["USD"] != "99"


def test_a_currency_that_stays_refused_names_its_field(office: Office) -> None:
    account = office.save("Acme", CurrencyIsoCode="USD")
    remember_a_currency_that_is_gone(office, times=None)

    refused = office.letter(account)

    assert isinstance(refused, ReferenceRejected)
    assert "value of currency" in str(refused)


def test_what_is_unchanged_makes_no_call_however_old_the_currencies_are(
    further: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = further.save("Acme", CurrencyIsoCode="USD")
    further.run(account)
    monkeypatch.setattr("app.netsuite.lookups._CURRENCIES_KEPT_SECONDS", 0.0)

    with further.counting() as calls:
        verdict = further.run(account)

    assert (verdict, calls) == ("unchanged", [])


def test_before_a_write_old_currencies_are_read_anew(
    further: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = further.save("Acme", CurrencyIsoCode="USD")
    further.run(account)
    monkeypatch.setattr("app.netsuite.lookups._CURRENCIES_KEPT_SECONDS", 0.0)
    further.edit(account, Fax="(512) 757-9000")

    with further.counting() as calls:
        verdict = further.run(account)

    assert (verdict, calls) == ("synced", ["suiteql", "customer.patch"])
