"""An Account as the Customer it asks for."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RecordRejected
from app.flow import Flow, Matching
from app.flow_features import Currencies
from app.flow_mapping import DEFAULT_FIELDS, FieldRule, Mapping
from app.models import Account, Address, Payload, Scalar
from app.netsuite.mapping import (
    KEEP,
    digest,
    external_id,
    for_create,
    for_update,
    needed_fields,
    without_addresses,
)
from tests.unit.payloads import EMPTY, ID, ONE_WORLD, account, mapped, with_rules


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


def test_the_id_goes_to_the_custom_field_that_is_named_and_to_no_external_id() -> None:
    flow = Flow(matching=Matching(id_field="custentity_sf_id"))
    source = account()

    payload = mapped(source, flow)

    assert payload.body["custentity_sf_id"] == f"SF-{ID}"
    assert "externalId" not in payload.body
    assert external_id(ID, flow) == ID
    assert external_id(ID, Flow()) == f"SF-{ID}"


def test_a_name_that_is_sent_once_is_still_the_customers_name() -> None:
    once = DEFAULT_FIELDS[0].model_copy(update={"when": "create"})
    flow = Flow(mapping=Mapping(fields=(once,)))
    source = Account(ID, "Acme", billing=Address(city="Paris"))

    payload = mapped(source, flow)

    assert payload.name == "Acme"
    assert "companyName" not in for_update(payload, [])
    assert '"addressee": "Acme"' in json.dumps(payload.body)


def test_the_digest_follows_the_body_and_not_its_order() -> None:
    one = Payload({"a": 1, "b": {"c": None, "d": 2}})

    same = Payload({"b": {"d": 2, "c": None}, "a": 1}, ("said",), once={"e": 3})
    other = Payload({"a": 1, "b": {"d": 2}})

    assert digest(one) == digest(same) != digest(other)


def test_the_digest_tells_which_part_is_another() -> None:
    payload = Payload({"a": 1, "addressBook": {"items": [1]}}, subsidiaries=("2",))
    moved = replace(payload, body={**payload.body, "addressBook": {"items": [2]}})
    joined = replace(payload, subsidiaries=("2", "3"))

    parts, of_moved, of_joined, bare = (
        digest(each).split(".") for each in (payload, moved, joined, Payload({}))
    )

    assert [len(part) for part in parts] == [16, 12, 8]
    assert [a == b for a, b in zip(parts, of_moved, strict=True)] == [True, False, True]
    assert [a == b for a, b in zip(parts, of_joined, strict=True)] == [True, True, False]
    assert bare == ["-", "-", "-"]


def test_a_payload_without_addresses_leaves_the_address_book_alone() -> None:
    payload = mapped(Account(ID, "Acme", billing=Address(city="Paris"), fields=EMPTY))

    bare = without_addresses(payload)

    assert "addressBook" in payload.body
    assert "addressBook" not in for_update(bare, [])
    assert digest(bare).split(".") == [digest(payload).split(".")[0], "-", "-"]


def test_the_fields_to_read_are_those_of_the_rules_and_the_features() -> None:
    extra = (
        FieldRule(account="phone", customer="altPhone", limit=21),
        FieldRule(account="BillingCity", customer="custentity_city", limit=50),
        FieldRule(account="CurrencyIsoCode", customer="custentity_currency", limit=3),
        FieldRule(constant="CRM", customer="custentity_source", limit=3),
    )
    mapping = Mapping(fields=(*DEFAULT_FIELDS, *extra))
    currencies = Currencies(further_field="Currencies__c")
    flow = Flow(mapping=mapping, subsidiaries=ONE_WORLD, currencies=currencies)

    names = needed_fields(flow)
    alone = needed_fields(Flow(currencies=Currencies(enabled=False)))

    default = ("Phone", "Fax", "Website", "AccountNumber", "Description")
    assert needed_fields(Flow()) == (*default, "CurrencyIsoCode")
    assert names == (*default, "CurrencyIsoCode", "Region__c", "Also__c", "Currencies__c")
    assert alone == default


TEXT = st.none() | st.text() | st.text("ab ;,\n", max_size=400)
VALUES = TEXT | st.floats() | st.integers() | st.booleans()
RULES = st.one_of(
    st.builds(
        FieldRule,
        account=st.just("X__c"),
        customer=st.just("custentity_x"),
        limit=st.integers(1, 90),
        values=st.dictionaries(st.text("a ", max_size=2), st.just("b"), max_size=1),
        when=st.sampled_from(["always", "create", "update"]),
        misfit=st.sampled_from(["reject", "omit"]),
    ),
    st.builds(
        FieldRule,
        account=st.just("X__c"),
        customer=st.just("custentity_x"),
        kind=st.sampled_from(["phone", "url", "email"]),
        limit=st.integers(1, 90),
        when=st.sampled_from(["always", "create", "update"]),
        misfit=st.sampled_from(["reject", "omit"]),
    ),
    st.builds(
        FieldRule,
        account=st.just("X__c"),
        customer=st.just("custentity_x"),
        kind=st.sampled_from(["boolean", "number", "date", "reference"]),
        when=st.sampled_from(["always", "update"]),
        empty=st.sampled_from(["clear", "leave"]),
        misfit=st.sampled_from(["reject", "omit"]),
    ),
)
ADDRESSES = st.builds(Address, street=TEXT, city=TEXT, country=TEXT | st.sampled_from(["USA"]))


@given(
    name=st.text(),
    values=st.lists(VALUES, min_size=5, max_size=5),
    address=ADDRESSES,
    currency=st.none() | st.sampled_from(["USD", "eur", "XTS"]) | st.text(max_size=3),
    rule=RULES,
    x_value=VALUES,
    also=VALUES | st.sampled_from(["Asia", "usd;EUR"]),
)
def test_any_account_is_mapped_or_rejected(
    name: str,
    values: list[Scalar],
    address: Address,
    currency: str | None,
    rule: FieldRule,
    x_value: Scalar,
    also: Scalar,
) -> None:
    fields = dict(zip(EMPTY, values, strict=True)) | {"X__c": x_value, "Also__c": also}
    source = Account(ID, name, currency=currency, billing=address, fields=fields)
    flow = with_rules(rule).model_copy(
        update={"subsidiaries": ONE_WORLD, "currencies": Currencies(further_field="Also__c")}
    )

    try:
        payloads = [mapped(source, flow), mapped(replace(source, fields=dict(fields)), flow)]
    except RecordRejected:
        payloads = []

    assert len({digest(payload) for payload in payloads}) <= 1
    for payload in payloads:
        updated = json.loads(
            json.dumps(for_update(payload, []), ensure_ascii=False, allow_nan=False).encode()
        )
        assert {"isPerson", "subsidiary", "currency"}.isdisjoint(updated)
        try:
            created = json.dumps(for_create(payload), ensure_ascii=False, allow_nan=False).encode()
        except RecordRejected:
            assert payload.hindrance
        else:
            assert json.loads(created)["companyName"] == updated["companyName"]
            assert b"null" not in created or "null" in str(source)
