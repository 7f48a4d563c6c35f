"""What a form of criteria and its preview ask Salesforce."""

from tests.contract.salesforce_org import DATA, SalesforceOrg, unique

KINDS = {
    "IsWon": ("boolean", True),
    "Amount": ("currency", True),
    "CloseDate": ("date", True),
    "CreatedDate": ("datetime", True),
    "AccountId": ("reference", True),
    "Description": ("textarea", False),
}
"""A field's type, and whether it can be compared."""


def test_those_who_meet_one_condition_and_not_another_are_counted(org: SalesforceOrg) -> None:
    name = unique("Differs")
    won, both, lost, gone = (org.account(name) for _ in range(4))
    for account, stages in (
        (won, ("Closed Won",)),
        (both, ("Closed Won", "Closed Lost")),
        (lost, ("Closed Lost",)),
        (gone, ("Closed Won",)),
    ):
        for stage in stages:
            org.opportunity(account, stage)
    org.opportunity(None, "Closed Lost")
    org.delete("Opportunity", org.opportunity(won, "Closed Lost"))
    org.delete("Account", gone)

    where = (
        "Id IN (SELECT AccountId FROM Opportunity WHERE (IsWon = true)) AND Id NOT IN (SELECT "
        "AccountId FROM Opportunity WHERE AccountId != null AND (StageName = 'Closed Lost')) "
        f"AND Name = '{name}'"
    )
    rows = org.rows(f"SELECT Id, Name FROM Account WHERE {where} ORDER BY Id LIMIT 2000")
    count = org.query(f"SELECT COUNT() FROM Account WHERE {where}").json()

    assert rows == [{"Id": won, "Name": name}]
    assert count["totalSize"] == 1


def test_stages_tell_what_they_mean_in_their_order(org: SalesforceOrg) -> None:
    stages = org.rows(
        "SELECT ApiName, MasterLabel, IsWon, IsClosed, IsActive FROM OpportunityStage "
        "ORDER BY SortOrder"
    )

    assert any(stage["IsWon"] and stage["IsClosed"] and stage["IsActive"] for stage in stages)
    assert all(stage["ApiName"] and stage["MasterLabel"] for stage in stages)


def test_a_description_tells_what_can_be_compared(org: SalesforceOrg) -> None:
    fields = {
        field["name"]: field
        for field in org.http.get(f"{DATA}/sobjects/Opportunity/describe").json()["fields"]
    }

    stage = fields["StageName"]
    assert {n: (fields[n]["type"], fields[n]["filterable"]) for n in KINDS} == KINDS
    values = [choice["value"] for choice in stage["picklistValues"] if choice["active"]]
    assert {"Closed Won", "Closed Lost"} <= set(values)
    assert isinstance(stage["restrictedPicklist"], bool)
