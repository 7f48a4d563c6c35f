"""What is sent of a Customer's desired state: on create, and on update."""

import pytest

from app.errors import RecordRejected
from app.flow import DEFAULT_FIELDS, Currencies, Flow, Mapping, Subsidiaries
from app.models import Account, Address, AddressLine, Payload, Scalar
from app.netsuite.mapping import for_create, for_update, map_customer

ID = "001D000000IRFmaIAH"
CURRENCIES = {"USD": "1", "EUR": "4"}
EMPTY: dict[str, Scalar] = dict.fromkeys(rule.account for rule in DEFAULT_FIELDS[1:])
PARIS = Address(city="Paris")
DEFAULTS = {"defaultBilling", "defaultShipping"}


def mapped(source: Account, flow: Flow | None = None) -> Payload:
    return map_customer(source, flow or Flow(), external_id=f"SF-{ID}", parent=None)


def lines_of(body: dict[str, object]) -> list[dict[str, object]]:
    book = body["addressBook"]
    assert isinstance(book, dict)
    return list(book["items"])


def test_a_name_that_was_left_out_stops_a_create_only() -> None:
    fields = (DEFAULT_FIELDS[0].model_copy(update={"misfit": "omit"}), *DEFAULT_FIELDS[1:])
    flow = Flow(mapping=Mapping(fields=fields))
    source = Account(ID, "n" * 84, fields=EMPTY)
    payload = mapped(source, flow)

    updated = for_update(payload, [])

    assert "companyName" not in updated
    with pytest.raises(RecordRejected, match="a new Customer has to have one"):
        for_create(payload, source, flow, CURRENCIES)


def test_a_create_sends_no_empty_value_and_what_is_chosen_once() -> None:
    source = Account(ID, "Acme", currency="EUR", billing=PARIS, fields=EMPTY)

    body = for_create(mapped(source), source, Flow(), CURRENCIES)

    assert body == {
        **{"externalId": f"SF-{ID}", "isPerson": False, "companyName": "Acme"},
        **{"subsidiary": {"id": "1"}, "currency": {"id": "4"}},
        "addressBook": {
            "items": [
                {
                    **{"label": "Billing (Salesforce)", "defaultBilling": True},
                    "addressBookAddress": {"city": "Paris", "addressee": "Acme"},
                }
            ]
        },
    }


def test_features_that_are_off_are_not_sent() -> None:
    flow = Flow(subsidiaries=Subsidiaries(enabled=False), currencies=Currencies(enabled=False))
    source = Account(ID, "Acme", currency="XTS", fields=EMPTY)

    body = for_create(mapped(source, flow), source, flow, {})

    assert body == {"externalId": f"SF-{ID}", "isPerson": False, "companyName": "Acme"}


def test_an_account_without_a_currency_gets_netsuites_default() -> None:
    source = Account(ID, "Acme", fields=EMPTY)

    body = for_create(mapped(source), source, Flow(), CURRENCIES)

    assert "currency" not in body


@pytest.mark.parametrize(
    ("region", "currency", "words"),
    [("Mars", "EUR", "Region__c is 'Mars'"), ("Europe", "XTS", "CurrencyIsoCode is 'XTS'")],
)
def test_an_unknown_subsidiary_or_currency_rejects_a_create_only(
    region: str, currency: str, words: str
) -> None:
    flow = Flow(subsidiaries=Subsidiaries(field="Region__c", values={"Europe": "3"}))
    source = Account(ID, "Acme", currency=currency, fields={**EMPTY, "Region__c": region})
    payload = mapped(source, flow)

    updated = for_update(payload, [])

    assert updated["companyName"] == "Acme"
    assert {"isPerson", "subsidiary", "currency"}.isdisjoint(updated)
    with pytest.raises(RecordRejected, match=words):
        for_create(payload, source, flow, CURRENCIES)


def test_an_update_clears_what_is_empty_and_finds_its_address_lines() -> None:
    source = Account(ID, "Acme", currency="EUR", billing=PARIS, shipping=PARIS, fields=EMPTY)
    book = [
        *(AddressLine("10", "Billing (Salesforce)"), AddressLine("9", "Billing (Salesforce)")),
        *(AddressLine("11", "Billing (Salesforce)"), AddressLine("2", "Head office")),
    ]

    body = for_update(mapped(source), book)

    emptied = dict.fromkeys(("addr1", "addr2", "addr3", "state", "zip"))
    written = {"city": "Paris", "addressee": "Acme"}
    assert body == {
        **{"externalId": f"SF-{ID}", "companyName": "Acme", "parent": None},
        **dict.fromkeys(("phone", "fax", "url", "accountNumber", "comments")),
        "addressBook": {
            "items": [
                {
                    **{"id": "9", "label": "Billing (Salesforce)"},
                    "addressBookAddress": emptied | written,
                },
                {
                    **{"label": "Shipping (Salesforce)", "defaultShipping": True},
                    "addressBookAddress": written,
                },
            ]
        },
    }


def test_a_default_that_finance_chose_is_left_alone() -> None:
    source = Account(ID, "Acme", billing=PARIS, shipping=PARIS, fields=EMPTY)
    book = [AddressLine("1", "Billing (Salesforce)"), AddressLine("2", "Shipping (Salesforce)")]
    payload = mapped(source)

    known, fresh = (lines_of(for_update(payload, lines)) for lines in (book, []))

    assert all(DEFAULTS.isdisjoint(line) for line in known)
    assert [DEFAULTS & line.keys() for line in fresh] == [{"defaultBilling"}, {"defaultShipping"}]
    assert [DEFAULTS & line.keys() for line in lines_of(payload.body)] == [
        *({"defaultBilling"}, {"defaultShipping"})
    ]
