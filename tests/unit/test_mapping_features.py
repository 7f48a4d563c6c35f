"""OneWorld and Multiple Currencies in the payload."""

import pytest

from app.errors import RecordRejected
from app.flow import Flow
from app.flow_features import Currencies, Subsidiaries
from app.netsuite.mapping import digest, for_create
from tests.unit.payloads import ONE_WORLD, account, mapped


def test_what_is_chosen_once_is_no_part_of_the_desired_state() -> None:
    flow = Flow(subsidiaries=ONE_WORLD)
    sources = [
        account(currency=currency, Region__c=region)
        for region, currency in (("Europe", "EUR"), ("Mars", "XTS"), (None, None))
    ]

    payloads = [mapped(source, flow) for source in sources]

    assert len({digest(payload) for payload in payloads}) == 1
    assert [payload.once for payload in payloads] == [
        {"isPerson": False, "subsidiary": {"id": "3"}, "currency": {"id": "4"}},
        {"isPerson": False},
        {"isPerson": False, "subsidiary": {"id": "1"}},
    ]
    for payload in payloads:
        assert {"isPerson", "subsidiary", "currency"}.isdisjoint(payload.body)


def test_the_primary_subsidiary_is_desired_where_the_flow_says_so() -> None:
    flow = Flow(subsidiaries=ONE_WORLD.model_copy(update={"update_primary": True}))
    source = account(Region__c="Europe")

    payload = mapped(source, flow)

    assert payload.body["subsidiary"] == {"id": "3"}
    assert payload.once == {"isPerson": False}
    assert for_create(payload)["subsidiary"] == {"id": "3"}
    with pytest.raises(RecordRejected, match=r"^Region__c is 'Mars'"):
        mapped(account(Region__c="Mars"), flow)


def test_an_unread_field_moves_no_customer_to_the_default_subsidiary() -> None:
    flow = Flow(subsidiaries=ONE_WORLD.model_copy(update={"update_primary": True}))
    source = account()

    payload = mapped(source, flow)

    assert "subsidiary" not in payload.body
    assert payload.once["subsidiary"] == {"id": "1"}


def test_further_subsidiaries_are_no_field_of_the_customer() -> None:
    flow = Flow(subsidiaries=ONE_WORLD)
    sources = [account(Region__c="Europe", Also__c=also) for also in ("Asia;7;Europe", None)]

    payloads = [mapped(source, flow) for source in sources]

    assert [payload.subsidiaries for payload in payloads] == [("4", "7"), ()]
    assert payloads[0].body == payloads[1].body


def test_further_currencies_are_added_to_the_list_and_the_primary_is_not_repeated() -> None:
    flow = Flow(currencies=Currencies(further_field="Also__c", further=("USD",)))
    sources = [account(currency=code, Also__c="usd;EUR") for code in ("USD", "EUR", None)]

    payloads = [mapped(source, flow) for source in sources]

    usd, eur = ({"currency": {"id": internal_id}} for internal_id in ("1", "4"))
    assert [payload.body["currencyList"] for payload in payloads] == [
        *({"items": [eur]}, {"items": [usd]}, {"items": [usd, eur]})
    ]
    assert "currencyList" not in mapped(account(currency="EUR")).body


def test_features_that_are_off_are_left_out() -> None:
    flow = Flow(
        subsidiaries=Subsidiaries(enabled=False, field="Region__c"),
        currencies=Currencies(enabled=False),
    )
    source = account(currency="XTS", Region__c="Mars", Also__c="Mars")

    payload = mapped(source, flow)

    assert payload.once == {"isPerson": False}
    assert payload.subsidiaries == ()
    assert {"currencyList", "subsidiary"}.isdisjoint(payload.body)
    assert payload.hindrance == ""
