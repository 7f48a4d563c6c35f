"""What a batch of change events means for the ledger."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pydantic import SecretStr

from app.errors import ServiceUnavailable
from app.flow import Criterion, Qualification
from app.salesforce.accounts import Accounts
from app.salesforce.auth import Credentials
from app.salesforce.change_events import ChangeEvent
from app.salesforce.client import SalesforceClient
from app.terms import Order
from workers.changes import Changes

CHANNEL = "/data/ChangeEvents"
EDGE, BURLINGTON = "001Dp00000JJkkHIAT", "001Dp00000JJkjiIAD"
_DEAL = "006Dp000002abcdIAA"


class Salesforce:
    """Describes Opportunity, and counts how often; answers nothing else, so that it shows when it
    is asked whose an Opportunity is.
    """

    def __init__(self, **calculated: Any) -> None:
        self.fields = [{"name": name, "calculated": is_so} for name, is_so in calculated.items()]
        self.described = 0
        nowhere = Credentials("http://127.0.0.1:9", "an app", client_secret=SecretStr("s"))
        self.client = SalesforceClient(nowhere, "66.0", timeout_seconds=1)

    def describe(self, entity: str) -> dict[str, Any]:
        assert entity == "Opportunity"
        self.described += 1
        return {"fields": self.fields}

    def changes(self, *fields: str, customer_field: str = "") -> Changes:
        """For a flow whose criteria name these fields."""
        criteria = tuple(Criterion(field=field, values=(1,)) for field in fields)
        qualification = Qualification(criteria=criteria)
        accounts = Accounts(self.client, ())
        return Changes(
            CHANNEL, accounts, lambda: qualification, self.describe, lambda ids: {}, customer_field
        )

    def is_asked(self, changes: Changes, *touched: str) -> bool:
        """Whether an update of these fields makes it be asked."""
        try:
            orders(changes, [_event("Opportunity", (_DEAL,), fields=touched)])
        except ServiceUnavailable as unanswered:
            return "describes" not in str(unanswered)
        return False


@pytest.fixture
def salesforce() -> Iterator[Salesforce]:
    made = Salesforce(IsWon=False, Amount=False, Tier__c=False, Score__c=True)
    yield made
    made.client.close()


@pytest.fixture
def changes(salesforce: Salesforce) -> Changes:
    return salesforce.changes("IsWon", "amount")


def _event(
    entity: str,
    ids: tuple[str, ...],
    kind: str = "UPDATE",
    fields: tuple[str, ...] = (),
    commit_ms: int = 1_000,
    origin: str = "",
) -> ChangeEvent:
    return ChangeEvent(entity, ids, kind, fields, (), (), commit_ms, origin, "", "a transaction")


def orders(changes: Changes, events: Sequence[ChangeEvent]) -> list[Order]:
    return changes.consequences(events).orders


def test_each_account_has_one_order_with_all_its_fields(changes: Changes) -> None:
    events = [
        _event("Account", (EDGE,), "CREATE"),
        _event("Account", (EDGE, BURLINGTON), fields=("Phone", "LastModifiedDate")),
        _event("Account", (EDGE[:15],), fields=("Phone", "BillingAddress.City")),
    ]

    found = orders(changes, events)

    heard = f"1.{CHANNEL}"
    assert found == [
        Order(EDGE, "Account CREATE/UPDATE: Phone, LastModifiedDate, …", heard=heard),
        Order(BURLINGTON, "Account UPDATE: Phone, LastModifiedDate", heard=heard),
    ]


def test_an_order_tells_when_its_first_event_was_committed_and_where_it_was_heard(
    changes: Changes,
) -> None:
    events = [
        _event("Account", (EDGE,), fields=("Phone",), commit_ms=1_700_000_003_000),
        _event("Account", (EDGE, BURLINGTON), fields=("Phone",), commit_ms=1_700_000_002_000),
        _event("Account", (BURLINGTON,), fields=("Phone",), commit_ms=1_700_000_009_999),
    ]

    heard = {order.account: order.heard for order in orders(changes, events)}

    assert heard == dict.fromkeys((EDGE, BURLINGTON), f"1700000002.{CHANNEL}")


_OURS = "com/salesforce/api/rest/66.0;client=closedwon"
_ID_WRITTEN = ("NetSuite_Id__c", "LastModifiedDate", "LastModifiedById", "SystemModstamp")


@pytest.mark.parametrize("fields", [_ID_WRITTEN, _ID_WRITTEN[:1], ("netsuite_id__C",)])
def test_what_we_wrote_ourselves_opens_nothing(
    salesforce: Salesforce, fields: tuple[str, ...]
) -> None:
    changes = salesforce.changes("IsWon", customer_field="NetSuite_Id__c")

    found = orders(changes, [_event("Account", (EDGE,), fields=fields, origin=_OURS)])

    assert found == []


@pytest.mark.parametrize(
    "event",
    [
        _event("Account", (EDGE,), fields=(*_ID_WRITTEN, "Phone"), origin=_OURS),
        _event("Account", (EDGE,), origin=_OURS),
        _event("Account", (EDGE,), "CREATE", _ID_WRITTEN, origin=_OURS),
        _event("Account", (EDGE,), "GAP_UPDATE", _ID_WRITTEN, origin=_OURS),
        _event("Account", (EDGE,), fields=_ID_WRITTEN),
        _event("Account", (EDGE,), fields=_ID_WRITTEN, origin=f"{_OURS}2"),
        _event("Account", (EDGE,), fields=_ID_WRITTEN, origin=_OURS.replace("=", "=not")),
        _event("Account", (EDGE,), fields=_ID_WRITTEN, origin=_OURS.upper()),
        _event("Account", (EDGE,), fields=_ID_WRITTEN, origin=_OURS.replace("client", "aclient")),
        _event("Account", (EDGE, "001*"), fields=_ID_WRITTEN, origin=_OURS),
    ],
)
def test_whatever_may_be_more_than_our_own_write_is_heard(
    salesforce: Salesforce, event: ChangeEvent
) -> None:
    changes = salesforce.changes("IsWon", customer_field="NetSuite_Id__c")

    assert [order.account for order in orders(changes, [event])] == [EDGE]


def test_where_we_write_nothing_our_name_means_nothing(changes: Changes) -> None:
    event = _event("Account", (EDGE,), fields=_ID_WRITTEN, origin=_OURS)

    assert [order.account for order in orders(changes, [event])] == [EDGE]


@pytest.mark.parametrize("length", range(1, 81))
def test_a_reason_stays_short_however_many_fields_changed(changes: Changes, length: int) -> None:
    fields = tuple("F" * length + str(number) for number in range(200))

    (order,) = orders(changes, [_event("Account", (EDGE,), fields=fields)])

    assert order.reason.startswith("Account UPDATE")
    assert order.reason.endswith(", …") or length > 30
    assert len(order.reason.encode()) <= 64


def test_a_field_whose_name_does_not_fit_is_not_cut(changes: Changes) -> None:
    (order,) = orders(changes, [_event("Account", (EDGE,), fields=("F" * 80,))])

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
        orders(changes, [event])


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
    assert orders(changes, [event]) == []


@pytest.mark.parametrize("touched", ["Tier__c", "TIER__C", "stagename"])
def test_names_of_fields_are_compared_without_regard_to_case(
    salesforce: Salesforce, touched: str
) -> None:
    changes = salesforce.changes("IsWon", "tier__c")

    assert salesforce.is_asked(changes, touched)
    assert salesforce.described == 0


@pytest.mark.parametrize(
    "criterion", ["Score__c", "score__C", "ExpectedRevenue", "FiscalYear", "HiddenFromUs__c"]
)
def test_every_update_matters_where_a_criterion_may_change_without_being_named(
    salesforce: Salesforce, criterion: str
) -> None:
    changes = salesforce.changes("IsWon", "Tier__c", criterion)

    assert salesforce.is_asked(changes, "CloseDate", "LastModifiedDate")
    assert salesforce.is_asked(changes, "NextStep")
    assert salesforce.described <= 1


def test_salesforce_describes_once_and_not_at_all_for_the_default(salesforce: Salesforce) -> None:
    default, own = salesforce.changes("IsWon"), salesforce.changes("IsWon", "Tier__c")

    asked = [salesforce.is_asked(default, "NextStep") for _ in range(2)]
    before = salesforce.described
    asked += [salesforce.is_asked(own, "NextStep") for _ in range(2)]

    assert asked == [False] * 4
    assert (before, salesforce.described) == (0, 1)


@pytest.mark.parametrize("nonsense", [None, "text", [1], [{"name": "Tier__c"}], {"a": 1}])
def test_a_description_that_cannot_be_read_is_asked_for_again(
    salesforce: Salesforce, nonsense: Any
) -> None:
    changes, sound = salesforce.changes("Tier__c"), salesforce.fields
    salesforce.fields = nonsense

    with pytest.raises(ServiceUnavailable, match="describes Opportunity"):
        orders(changes, [_event("Opportunity", (_DEAL,), fields=("NextStep",))])

    salesforce.fields = sound
    assert not salesforce.is_asked(changes, "NextStep")
