"""What is sent of a Customer's desired state: on create, and on update."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RecordRejected
from app.flow import Flow
from app.flow_features import Currencies, Subsidiaries
from app.flow_mapping import DEFAULT_FIELDS, Mapping
from app.models import Account, Address, AddressLine
from app.netsuite.mapping import for_create, for_update
from tests.unit.payloads import EMPTY, ID, mapped

PARIS = Address(city="Paris")
DEFAULTS = {"defaultBilling", "defaultShipping"}


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
        for_create(payload)


def test_a_create_sends_no_empty_value_and_what_is_chosen_once() -> None:
    source = Account(ID, "Acme", currency="EUR", billing=PARIS, fields=EMPTY)

    body = for_create(mapped(source))

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

    body = for_create(mapped(source, flow))

    assert body == {"externalId": f"SF-{ID}", "isPerson": False, "companyName": "Acme"}


def test_an_account_without_a_currency_gets_netsuites_default() -> None:
    source = Account(ID, "Acme", fields=EMPTY)

    body = for_create(mapped(source))

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
        for_create(payload)


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


@pytest.mark.parametrize(
    "label", ["billing (SALESFORCE)", "  Billing  (Salesforce)\n", "Billing\u00a0(Salesforce)"]
)
def test_our_line_is_known_whatever_the_case_and_spaces_of_its_label(label: str) -> None:
    source = Account(ID, "Acme", billing=PARIS, fields=EMPTY)

    body = for_update(mapped(source), [AddressLine("5", label)])

    (line,) = lines_of(body)
    assert line["id"] == "5"
    assert line["label"] == "Billing (Salesforce)"


class Book:
    """An address book as NetSuite keeps it: a line with a known id is changed, others are added."""

    def __init__(self, labels: list[str]) -> None:
        self.lines: dict[str, dict[str, object]] = {
            str(at): {"label": label} for at, label in enumerate(labels, 1)
        }

    def read(self) -> list[AddressLine]:
        return [AddressLine(key, str(line["label"])) for key, line in self.lines.items()]

    def write(self, items: list[dict[str, object]]) -> None:
        for item in items:
            key = str(item.get("id") or len(self.lines) + 1)
            self.lines[key] = {**self.lines.get(key, {}), **item, "label": str(item["label"])}


STREETS = st.none() | st.text(min_size=1)
LABELS = st.lists(st.text() | st.sampled_from(["Billing (Salesforce)", "shipping (salesforce)"]))


@given(LABELS, st.lists(st.tuples(STREETS, STREETS), max_size=4))
def test_no_repeat_adds_a_line_and_no_line_of_finances_is_touched(
    labels: list[str], streets: list[tuple[str | None, str | None]]
) -> None:
    book, ours = Book(labels), {"billing (salesforce)", "shipping (salesforce)"}
    foreign = {
        key: line for key, line in book.lines.items() if str(line["label"]).casefold() not in ours
    }

    for billing, shipping in streets:
        source = Account(
            ID, "Acme", billing=Address(billing), shipping=Address(shipping), fields=EMPTY
        )
        for _ in range(2):
            body = for_update(mapped(source), book.read())
            book.write(lines_of(body) if "addressBook" in body else [])

    assert len(book.lines) <= len(labels) + 2
    added = [line["label"] for line in list(book.lines.values())[len(labels) :]]
    assert len(set(added)) == len(added)
    assert {key: book.lines[key] for key in foreign} == foreign
