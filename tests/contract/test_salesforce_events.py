"""Change events: every write makes the event that the platform makes."""

from tests.contract.conftest import Caused
from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator


def test_a_create_carries_all_fields(org: SalesforceOrg, events: Caused) -> None:
    account = org.account("Acme", BillingStreet="1 Main St", NumberOfEmployees=5)

    (event,) = events(1)

    assert (event.kind, event.header["entityName"]) == ("CREATE", "Account")
    assert event.header["recordIds"] == [account]
    assert event.changed == event.nulled == set()
    assert event.body["Name"] == "Acme"
    assert event.body["BillingAddress"]["Street"] == "1 Main St"
    assert event.body["NumberOfEmployees"] == 5
    assert event.body["CreatedDate"] % 1000 == 0
    assert event.body["ShippingAddress"] is None
    assert "IsDeleted" not in event.body
    assert "SystemModstamp" not in event.body


def test_an_update_carries_what_changed_and_no_more(org: SalesforceOrg, events: Caused) -> None:
    account = org.account("Acme", Phone="+1 555 0100", Fax="+1 555 0101")
    org.update("Account", account, Name="Acme", Phone="+1 555 0199", Fax=None)

    event = events(2)[1]

    assert event.kind == "UPDATE"
    assert event.changed == {"Phone", "Fax", "LastModifiedDate"}
    assert event.nulled == {"Fax"}
    assert set(event.filled) == {"Phone", "LastModifiedDate"}


def test_a_part_of_an_address_is_a_nested_bit(org: SalesforceOrg, events: Caused) -> None:
    account = org.account(BillingStreet="1 Main St", BillingCity="Springfield")
    org.update("Account", account, BillingStreet="2 Main St", BillingCity=None)

    event = events(2)[1]

    assert event.changed == {
        "BillingAddress.Street",
        "BillingAddress.City",
        "LastModifiedDate",
    }
    assert event.nulled == {"BillingAddress.City"}
    assert event.body["BillingAddress"]["Street"] == "2 Main St"
    assert event.body["BillingAddress"]["PostalCode"] is None


def test_a_write_that_changes_nothing_makes_no_event(org: SalesforceOrg, events: Caused) -> None:
    account = org.account("Acme")
    org.update("Account", account, Name="Acme")
    org.update("Account", account, Name="Ajax")

    event = events(2)[1]

    assert event.body["Name"] == "Ajax"


def test_a_stage_changes_what_depends_on_it(org: SalesforceOrg, events: Caused) -> None:
    opportunity = org.opportunity(org.account(), "Prospecting")
    org.update("Opportunity", opportunity, StageName="Closed Won")

    event = events(3)[2]

    assert {"StageName", "IsWon", "IsClosed", "Probability"} <= event.changed
    assert event.body["IsWon"] is True
    assert event.body["AccountId"] is None


def test_reclassifying_a_stage_makes_no_event(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    opportunity = org.opportunity(org.account(), "Proposal/Price Quote")
    won = {"IsClosed": True, "IsWon": True}
    simulator.http.patch("stages/Proposal/Price Quote", json=won).raise_for_status()
    org.account("Next")

    record = org.get("Opportunity", opportunity, "IsWon").json()
    third = events(3)[2]

    assert record["IsWon"] is True
    assert third.header["entityName"] == "Account"


def test_a_delete_is_a_header_and_goes_for_the_children_too(
    org: SalesforceOrg, events: Caused
) -> None:
    account = org.account()
    opportunity = org.opportunity(account)
    org.delete("Account", account)

    *_, first, second = events(4)

    assert [first.header["recordIds"], second.header["recordIds"]] == [[opportunity], [account]]
    assert (first.kind, first.filled) == (second.kind, second.filled) == ("DELETE", {})
    assert first.header["transactionKey"] == second.header["transactionKey"]
    assert (first.header["sequenceNumber"], second.header["sequenceNumber"]) == (1, 2)


def test_an_edit_in_the_ui_makes_the_event_of_a_user(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    account = org.account("Acme")

    simulator.edit(account, Phone="+1 555 0199")

    event = events(2)[1]
    assert (event.kind, event.body["Phone"]) == ("UPDATE", "+1 555 0199")
    assert "SfdcInternalAPI" in event.header["changeOrigin"]
    assert org.get("Account", account).json()["Phone"] == "+1 555 0199"


def test_an_undelete_carries_all_fields(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    account = org.account("Acme")
    opportunity = org.opportunity(account)
    org.delete("Account", account)
    simulator.post(f"records/{account}/undelete")

    *_, first, second = events(6)

    assert (first.kind, first.body["Name"]) == ("UNDELETE", "Acme")
    assert (second.kind, second.header["recordIds"]) == ("UNDELETE", [opportunity])
    assert org.get("Opportunity", opportunity).status_code == 200


def test_a_hard_delete_makes_no_event(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    account = org.account()
    simulator.post(f"records/{account}/hard-delete")
    org.account("Next")

    second = events(2)[1]

    assert second.kind == "CREATE"
    assert org.rows(f"SELECT Id FROM Account WHERE Id = '{account}'", deleted=True) == []


def test_a_merge_is_a_delete_and_an_update_and_moves_children_silently(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    winner, loser = org.account("Acme"), org.account("Acme Inc", Phone="+1 555 0100")
    opportunity = org.opportunity(loser)
    simulator.post("merge", {"winner": winner, "losers": [loser]})
    org.account("Next")

    *_, first, second, third = events(6)

    gone = f"SELECT MasterRecordId FROM Account WHERE Id = '{loser}'"
    assert (first.kind, first.header["recordIds"]) == ("DELETE", [loser])
    assert (second.kind, second.header["recordIds"]) == ("UPDATE", [winner])
    assert second.body["Phone"] == "+1 555 0100"
    assert third.body["Name"] == "Next"
    assert org.rows(gone, deleted=True) == [{"MasterRecordId": winner}]
    assert org.get("Opportunity", opportunity, "AccountId").json()["AccountId"] == winner


def test_the_origin_names_the_client_if_it_names_itself(org: SalesforceOrg, events: Caused) -> None:
    org.account("Unnamed")
    org.http.headers["Sforce-Call-Options"] = "client=closedwon"
    org.account("Named")

    unnamed, named = events(2)

    assert unnamed.header["changeOrigin"] == "com/salesforce/api/rest/60.0"
    assert named.header["changeOrigin"] == "com/salesforce/api/rest/60.0;client=closedwon"


def test_geocoding_follows_an_address_with_a_nested_bitmap_alone(
    org: SalesforceOrg, simulator: SalesforceSimulator, events: Caused
) -> None:
    simulator.settings(geocoding=True)
    org.account(ShippingStreet="1 Main St")

    _, event = events(2)

    (bitmap,) = event.header["changedFields"]
    assert "-0x" in bitmap
    assert event.changed == {"ShippingAddress.Latitude", "ShippingAddress.Longitude"}
    assert event.header["changeOrigin"] == ""


def test_a_long_text_comes_as_a_diff(org: SalesforceOrg, events: Caused) -> None:
    lines = [f"line {number} of a long description" for number in range(60)]
    account = org.account(Description="\n".join(lines))
    lines[30] = "another line"
    org.update("Account", account, Description="\n".join(lines))

    event = events(2)[1]

    assert event.diffs == {"Description"}
    assert "Description" in event.changed
    assert event.body["Description"].startswith("--- \n+++ ")
    assert "+another line" in event.body["Description"]
