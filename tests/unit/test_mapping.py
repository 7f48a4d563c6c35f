"""An Account as the Customer it asks for."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RecordRejected
from app.flow import DEFAULT_FIELDS, Currencies, FieldRule, Flow, Mapping, Subsidiaries
from app.models import Account, Address, Payload, Scalar
from app.netsuite.mapping import (
    KEEP,
    Keep,
    digest,
    for_create,
    for_update,
    map_customer,
    needed_fields,
)

ID = "001D000000IRFmaIAH"
CURRENCIES = {"USD": "1", "EUR": "4"}
EMPTY: dict[str, Scalar] = dict.fromkeys(rule.account for rule in DEFAULT_FIELDS[1:])


def account(name: str = "Acme", **fields: Scalar) -> Account:
    return Account(ID, name, fields={**EMPTY, **fields})


def mapped(source: Account, flow: Flow | None = None, parent: str | Keep | None = None) -> Payload:
    return map_customer(source, flow or Flow(), external_id=f"SF-{ID}", parent=parent)


def test_a_whole_account_becomes_a_whole_customer() -> None:
    source = Account(
        ID,
        "Express Logistics and Transport",
        currency="USD",
        billing=Address(street="620 SW 5th Avenue", city="Portland", country="USA"),
        fields={
            **{"Phone": "(503) 421-7800", "Fax": None, "Website": "www.expressl&t.net"},
            **{"AccountNumber": "CC947211", "Description": "Haulier.\r\n\r\nSince 1999.\n"},
        },
    )

    payload = mapped(source, parent="7")

    assert payload.body == {
        "externalId": f"SF-{ID}",
        "companyName": "Express Logistics and Transport",
        "phone": "(503) 421-7800",
        "fax": None,
        "accountNumber": "CC947211",
        "comments": "Haulier. / Since 1999.",
        "parent": {"id": "7"},
        "addressBook": {
            "items": [
                {
                    "label": "Billing (Salesforce)",
                    "defaultBilling": True,
                    "addressBookAddress": {
                        **{"addr1": "620 SW 5th Avenue", "addr2": None, "addr3": None},
                        **{"city": "Portland", "state": None, "zip": None},
                        **{"country": {"id": "US"}, "addressee": source.name},
                    },
                }
            ]
        },
    }
    assert payload.alterations == (
        "Website: left out, no web address: 'www.expressl&t.net'",
        "Description: 2 lines were joined with ' / '",
    )


@pytest.mark.parametrize("name", ["", " \n", "n" * 84])
def test_a_customer_has_to_have_a_name_that_fits(name: str) -> None:
    source = account(name)

    with pytest.raises(RecordRejected, match=r"^Name "):
        mapped(source)


def test_a_parent_is_set_cleared_or_kept() -> None:
    source = account()

    bodies = [mapped(source, parent=parent).body for parent in ("7", None, KEEP)]

    assert [body.get("parent", KEEP) for body in bodies] == [{"id": "7"}, None, KEEP]


def test_a_field_that_was_not_read_is_never_cleared() -> None:
    source = Account(ID, "Acme", fields={"phone": "7852416200"})

    payload = mapped(source)

    assert payload.body["phone"] == "7852416200"
    assert "fax" not in payload.body
    assert "Fax: left out, it was not read from Salesforce" in payload.alterations


def test_addresses_that_are_off_are_not_sent() -> None:
    flow = Flow(mapping=Mapping(billing_address=False, shipping_address=False))

    body = mapped(Account(ID, "A", billing=Address("Quai 1")), flow).body

    assert "addressBook" not in body


def test_what_is_chosen_once_is_no_part_of_the_desired_state() -> None:
    flow = Flow(subsidiaries=Subsidiaries(field="Region__c", values={"Europe": "3"}))
    sources = [
        replace(account(Region__c=region), currency=currency)
        for region, currency in (("Europe", "EUR"), ("Mars", "XTS"), (None, None))
    ]

    payloads = [mapped(source, flow) for source in sources]

    assert len({digest(payload) for payload in payloads}) == 1
    for payload in payloads:
        assert {"isPerson", "subsidiary", "currency"}.isdisjoint(payload.body)


def test_the_digest_follows_the_body_and_not_its_order() -> None:
    one = Payload({"a": 1, "b": {"c": None, "d": 2}})

    same = Payload({"b": {"d": 2, "c": None}, "a": 1}, ("said",))
    other = Payload({"a": 1, "b": {"d": 2}})

    assert digest(one) == digest(same) != digest(other)
    assert len(digest(one)) == 16
    assert int(digest(one), 16) >= 0


def test_the_fields_to_read_are_those_of_the_rules_and_the_subsidiary() -> None:
    extra = (
        FieldRule(account="phone", customer="altPhone", limit=21),
        FieldRule(account="BillingCity", customer="custentity_city", limit=50),
        FieldRule(account="CurrencyIsoCode", customer="custentity_currency", limit=3),
    )
    mapping = Mapping(fields=(*DEFAULT_FIELDS, *extra))
    flow = Flow(mapping=mapping, subsidiaries=Subsidiaries(field="Region__c"))

    names = needed_fields(flow)
    alone = needed_fields(Flow(currencies=Currencies(enabled=False)))

    default = ("Phone", "Fax", "Website", "AccountNumber", "Description")
    assert needed_fields(Flow()) == (*default, "CurrencyIsoCode")
    assert names == (*default, "CurrencyIsoCode", "Region__c")
    assert alone == default


@given(
    name=st.text(),
    values=st.lists(st.none() | st.text() | st.floats() | st.booleans(), min_size=5, max_size=5),
    street=st.none() | st.text(),
    country=st.none() | st.text() | st.sampled_from(["USA", "uk"]),
    currency=st.none() | st.sampled_from(["USD", "eur", "XTS"]),
)
def test_any_account_is_mapped_or_rejected(
    name: str,
    values: list[Scalar],
    street: str | None,
    country: str | None,
    currency: str | None,
) -> None:
    source = Account(
        ID,
        name,
        currency=currency,
        billing=Address(street=street, country=country),
        fields=dict(zip(EMPTY, values, strict=True)),
    )

    try:
        payloads = [mapped(source), mapped(replace(source, fields=dict(source.fields)))]
    except RecordRejected:
        payloads = []

    assert len({digest(payload) for payload in payloads}) <= 1
    known = replace(source, currency="USD")
    for payload in payloads:
        created = json.dumps(
            for_create(payload, known, Flow(), CURRENCIES), ensure_ascii=False
        ).encode()
        updated = json.dumps(for_update(payload, []), ensure_ascii=False).encode()
        assert json.loads(created)["companyName"] == json.loads(updated)["companyName"]
        assert {"isPerson", "subsidiary", "currency"}.isdisjoint(json.loads(updated))
