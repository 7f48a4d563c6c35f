"""Which events a transaction of many writes makes."""

from typing import Any

from tests.contract.conftest import Caused
from tests.contract.salesforce_org import DATA, SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator


def test_many_creates_of_one_call_share_a_transaction(org: SalesforceOrg, events: Caused) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": name} for name in "ABC"]
    org.http.post(f"{DATA}/composite/sobjects", json={"records": records})

    found = events(3)

    assert [event.body["Name"] for event in found] == ["A", "B", "C"]
    assert len({event.header["transactionKey"] for event in found}) == 1
    assert [event.header["sequenceNumber"] for event in found] == [1, 2, 3]


def test_two_changes_of_a_record_in_one_transaction_are_one_event(
    org: SalesforceOrg, events: Caused
) -> None:
    account = org.account("Acme")
    changes: list[dict[str, Any]] = [{"Phone": "1"}, {"Phone": "2", "Fax": "3"}]
    records = [{"attributes": {"type": "Account"}, "id": account, **c} for c in changes]
    org.http.patch(f"{DATA}/composite/sobjects", json={"records": records})
    org.account("Next")

    _, change, following = events(3)

    assert change.filled.keys() == {"Phone", "Fax", "LastModifiedDate"}
    assert change.body["Phone"] == "2"
    assert following.body["Name"] == "Next"


def test_records_that_changed_alike_share_an_event_if_the_org_merges_them(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    simulator.settings(merged_events=True)
    first, second, third = (org.account(name) for name in "ABC")
    sites = {first: "here", second: "there", third: "here"}
    records = [{"attributes": {"type": "Account"}, "id": i, "Site": s} for i, s in sites.items()]
    org.http.patch(f"{DATA}/composite/sobjects", json={"records": records})
    org.http.delete(f"{DATA}/composite/sobjects", params={"ids": f"{first},{third}"})

    *_, here, there, gone = events(6)

    assert (here.header["recordIds"], here.body["Site"]) == ([first, third], "here")
    assert (there.header["recordIds"], there.body["Site"]) == ([second], "there")
    assert [event.header["sequenceNumber"] for event in (here, there)] == [1, 2]
    assert (gone.kind, gone.header["recordIds"]) == ("DELETE", [first, third])


def test_what_is_rolled_back_makes_no_event(org: SalesforceOrg, events: Caused) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": name} for name in ("A", None)]
    body = {"allOrNone": True, "records": records}
    org.http.post(f"{DATA}/composite/sobjects", json=body)
    org.account("Next")

    (event,) = events(1)

    assert event.body["Name"] == "Next"
