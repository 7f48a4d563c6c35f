"""Records over REST: what a client may do, and how the platform refuses."""

from typing import Any

import pytest

from tests.contract.salesforce_org import DATA, SalesforceOrg, refusal, unique
from tests.contract.salesforce_simulator import SalesforceSimulator


def test_a_record_is_created_read_changed_and_deleted(org: SalesforceOrg) -> None:
    account = org.account(Phone="+1 555 0100", NumberOfEmployees=12)

    first = org.get("Account", account, "Phone", "NumberOfEmployees").json()
    changed = org.update("Account", account, Phone="+1 555 0199", NumberOfEmployees=None)
    second = org.get("Account", account, "Phone", "NumberOfEmployees").json()
    deleted = org.delete("Account", account)

    assert (first["Phone"], first["NumberOfEmployees"]) == ("+1 555 0100", 12)
    assert changed.status_code == 204
    assert (second["Phone"], second["NumberOfEmployees"]) == ("+1 555 0199", None)
    assert deleted.status_code == 204
    assert org.get("Account", account).status_code == 404


def test_ids_have_eighteen_characters_and_are_found_by_their_first_fifteen(
    org: SalesforceOrg,
) -> None:
    account = org.account()

    short = org.get("Account", account[:15], "Id")
    rows = org.rows(f"SELECT Id FROM Account WHERE Id = '{account[:15]}'")

    assert len(account) == 18
    assert account.startswith("001")
    assert short.json()["Id"] == account
    assert rows == [{"Id": account}]


def test_text_is_trimmed_and_empty_text_is_null(org: SalesforceOrg) -> None:
    account = org.account(Phone="  +1 555 0100 ", Fax="")

    record = org.get("Account", account, "Phone", "Fax").json()

    assert record["Phone"] == "+1 555 0100"
    assert record["Fax"] is None


def test_an_address_is_read_as_one_field_and_as_its_parts(org: SalesforceOrg) -> None:
    account = org.account(BillingStreet="1 Main St\nFloor 2", BillingCity="Springfield")

    record = org.get("Account", account, "BillingStreet", "BillingAddress").json()

    assert record["BillingAddress"]["street"] == record["BillingStreet"]
    assert record["BillingAddress"]["city"] == "Springfield"
    assert record["BillingAddress"]["postalCode"] is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "REQUIRED_FIELD_MISSING"),
        ({"Name": None}, "REQUIRED_FIELD_MISSING"),
        ({"Name": "   "}, "REQUIRED_FIELD_MISSING"),
        ({"Name": "x" * 256}, "STRING_TOO_LONG"),
        ({"Name": "A", "Phone": "1" * 41}, "STRING_TOO_LONG"),
        ({"Name": "A", "Nonsense": 1}, "INVALID_FIELD"),
        ({"Name": "A", "IsDeleted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Name": "A", "BillingAddress": {}}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Name": "A", "NumberOfEmployees": "many"}, "JSON_PARSER_ERROR"),
        ({"Name": 5}, "JSON_PARSER_ERROR"),
        ({"Name": "A", "ParentId": "nobody"}, "MALFORMED_ID"),
        (
            {"Name": "A", "ParentId": "001000000000001AAA"},
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        ),
        ({"Name": "A", "ParentId": "006000000000001AAA"}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"Name": "A", "CurrencyIsoCode": "XXX"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
    ],
)
def test_a_wrong_record_is_refused(
    org: SalesforceOrg, simulator: SalesforceSimulator, fields: dict[str, Any], code: str
) -> None:
    before = org.query("SELECT COUNT() FROM Account").json()["totalSize"]

    answer = org.http.post(f"{DATA}/sobjects/Account", json=fields)

    assert refusal(answer) == (400, code)
    assert org.query("SELECT COUNT() FROM Account").json()["totalSize"] == before


def test_a_body_that_is_no_json_is_refused(org: SalesforceOrg) -> None:
    answer = org.http.post(
        f"{DATA}/sobjects/Account",
        content="{",
        headers={"Content-Type": "application/json"},
    )

    assert refusal(answer) == (400, "JSON_PARSER_ERROR")


def test_unknown_things_are_not_found(org: SalesforceOrg) -> None:
    missing = org.get("Account", "001000000000001AAA")
    no_object = org.get("Nonsense", "001000000000001AAA")
    no_version = org.http.get("/services/data/v12.5/limits")

    assert refusal(missing) == (404, "NOT_FOUND")
    assert refusal(no_object) == (404, "NOT_FOUND")
    assert refusal(no_version) == (404, "NOT_FOUND")


def test_a_malformed_id_is_named_so(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    answer = org.update("Account", "nobody", Name="A")

    assert refusal(answer) == (400, "MALFORMED_ID")


def test_there_is_no_upsert_without_an_external_id_field(org: SalesforceOrg) -> None:
    answer = org.http.patch(f"{DATA}/sobjects/Account/Nonsense__c/5", json={"Name": "A"})

    assert refusal(answer) == (404, "NOT_FOUND")


def test_a_record_is_deleted_once(org: SalesforceOrg) -> None:
    account = org.account()
    org.delete("Account", account)

    again = org.delete("Account", account)
    change = org.update("Account", account, Name="Ghost")

    assert refusal(again) == (404, "ENTITY_IS_DELETED")
    assert refusal(change) == (404, "ENTITY_IS_DELETED")


def test_deleted_records_are_seen_by_query_all_only(org: SalesforceOrg) -> None:
    account = org.account()
    org.delete("Account", account)

    soql = f"SELECT Id, IsDeleted FROM Account WHERE Id = '{account}'"

    assert org.rows(soql) == []
    assert org.rows(soql, deleted=True) == [{"Id": account, "IsDeleted": True}]


def test_opportunities_go_with_their_account_and_child_accounts_stay(org: SalesforceOrg) -> None:
    parent = org.account()
    child = org.account(ParentId=parent)
    opportunity = org.opportunity(parent)

    org.delete("Account", parent)

    assert org.get("Opportunity", opportunity).status_code == 404
    assert org.get("Account", child, "ParentId").json()["ParentId"] is None


def test_an_account_cannot_be_its_own_ancestor(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    top = org.account()
    middle = org.account(ParentId=top)
    bottom = org.account(ParentId=middle)

    circle = org.update("Account", top, ParentId=bottom)
    itself = org.update("Account", top, ParentId=top)

    assert refusal(circle) == (400, "CIRCULAR_DEPENDENCY")
    assert refusal(itself) == (400, "CIRCULAR_DEPENDENCY")
    assert org.get("Account", top, "ParentId").json()["ParentId"] is None


def test_describe_tells_fields_and_stages(org: SalesforceOrg) -> None:
    account = org.http.get(f"{DATA}/sobjects/Account/describe").json()
    opportunity = org.http.get(f"{DATA}/sobjects/Opportunity/describe").json()

    fields = {field["name"]: field for field in account["fields"]}
    stages = {field["name"]: field for field in opportunity["fields"]}["StageName"]
    assert (fields["Name"]["length"], fields["Name"]["nillable"]) == (255, False)
    assert fields["ParentId"]["relationshipName"] == "Parent"
    assert not fields["SystemModstamp"]["updateable"]
    assert "Closed Won" in [value["value"] for value in stages["picklistValues"]]


def test_the_objects_and_versions_are_listed(org: SalesforceOrg) -> None:
    objects = org.http.get(f"{DATA}/sobjects").json()["sobjects"]
    versions = org.http.get("/services/data/").json()

    assert {"Account", "Opportunity", "OpportunityStage"} <= {each["name"] for each in objects}
    assert "60.0" in [each["version"] for each in versions]


def test_an_org_can_have_one_currency_only(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.settings(multi_currency=False)

    answer = org.query("SELECT CurrencyIsoCode FROM Account")

    assert refusal(answer) == (400, "INVALID_FIELD")


def test_every_answer_tells_how_much_of_the_day_is_used(org: SalesforceOrg) -> None:
    answer = org.http.get(f"{DATA}/limits")

    used, most = answer.headers["Sforce-Limit-Info"].split(";")[0].split("=")[1].split("/")
    assert 0 < int(used) <= int(most)
    assert answer.json()["DailyApiRequests"]["Max"] == int(most)


def test_when_the_day_is_used_up_calls_are_refused(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.settings(daily_limit=0)

    answer = org.query("SELECT Id FROM Account")

    assert refusal(answer) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert "TotalRequests" in answer.json()[0]["message"]


def test_names_need_not_be_unique(org: SalesforceOrg) -> None:
    name = unique("Twin")

    first, second = org.account(name), org.account(name)

    assert first != second
