"""What a batch of change events means for the ledger."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from app.errors import ServiceUnavailable
from app.flow import Criterion, Flow, Qualification
from app.salesforce.accounts import Accounts
from app.salesforce.auth import Credentials
from app.salesforce.change_events import ChangeEvent
from app.salesforce.client import SalesforceClient
from app.terms import Order
from workers.changes import Changes

EDGE, BURLINGTON = "001Dp00000JJkkHIAT", "001Dp00000JJkjiIAD"
_DEAL = "006Dp000002abcdIAA"


@pytest.fixture
def changes() -> Iterator[Changes]:
    """With a Salesforce that does not answer, so that it shows when it is asked."""
    nowhere = Credentials("http://127.0.0.1:9", "an app", client_secret=SecretStr("s"))
    client = SalesforceClient(nowhere, "66.0", timeout_seconds=1)
    criteria = (Criterion(field="IsWon", values=(True,)), Criterion(field="Amount", values=(1,)))
    flow = Flow(qualification=Qualification(criteria=criteria))
    yield Changes(Accounts(client, ()), flow)
    client.close()


def _event(
    entity: str, ids: tuple[str, ...], kind: str = "UPDATE", fields: tuple[str, ...] = ()
) -> ChangeEvent:
    return ChangeEvent(entity, ids, kind, fields, (), (), 1_000, "", "", "a transaction")


def test_each_account_has_one_order_with_all_its_fields(changes: Changes) -> None:
    events = [
        _event("Account", (EDGE,), "CREATE"),
        _event("Account", (EDGE, BURLINGTON), fields=("Phone", "LastModifiedDate")),
        _event("Account", (EDGE[:15],), fields=("Phone", "BillingAddress.City")),
    ]

    orders = changes.orders(events)

    assert orders == [
        Order(EDGE, "Account CREATE/UPDATE: Phone, LastModifiedDate, …"),
        Order(BURLINGTON, "Account UPDATE: Phone, LastModifiedDate"),
    ]


@pytest.mark.parametrize("length", range(1, 81))
def test_a_reason_stays_short_however_many_fields_changed(changes: Changes, length: int) -> None:
    fields = tuple("F" * length + str(number) for number in range(200))

    (order,) = changes.orders([_event("Account", (EDGE,), fields=fields)])

    assert order.reason.startswith("Account UPDATE")
    assert order.reason.endswith(", …") or length > 30
    assert len(order.reason.encode()) <= 64


def test_a_field_whose_name_does_not_fit_is_not_cut(changes: Changes) -> None:
    (order,) = changes.orders([_event("Account", (EDGE,), fields=("F" * 80,))])

    assert order.reason == "Account UPDATE"


@pytest.mark.parametrize(
    "event",
    [
        _event("Opportunity", (_DEAL,), "CREATE"),
        _event("Opportunity", (_DEAL,), "DELETE"),
        _event("Opportunity", (_DEAL,), "UNDELETE"),
        _event("Opportunity", (_DEAL,), "GAP_UPDATE"),
        _event("Opportunity", (_DEAL,), fields=("Name", "StageName")),
        _event("Opportunity", (_DEAL,), fields=("IsWon",)),
        _event("Opportunity", (_DEAL,), fields=("IsClosed",)),
        _event("Opportunity", (_DEAL,), fields=("AccountId",)),
        _event("Opportunity", (_DEAL,), fields=("Amount",)),
        _event("Opportunity", (_DEAL,)),
    ],
)
def test_salesforce_is_asked_whose_an_opportunity_is_that_can_matter(
    changes: Changes, event: ChangeEvent
) -> None:
    with pytest.raises(ServiceUnavailable):
        changes.orders([event])


@pytest.mark.parametrize(
    "event",
    [
        _event("Opportunity", (_DEAL,), fields=("NextStep", "LastModifiedDate")),
        _event("Opportunity", ("no id", EDGE, "*", "006*"), "CREATE"),
        _event("Opportunity", ("000000000000000AAA",), "GAP_OVERFLOW"),
        _event("Contact", ("003Dp000002abcdIAA",), "CREATE"),
    ],
)
def test_nobody_is_asked_about_what_cannot_matter(changes: Changes, event: ChangeEvent) -> None:
    assert changes.orders([event]) == []
