"""Opportunities and their stages."""

from tests.contract.salesforce_org import DATA, SalesforceOrg, refusal
from tests.contract.salesforce_simulator import SalesforceSimulator


def test_an_opportunity_needs_name_stage_and_close_date(org: SalesforceOrg) -> None:
    answer = org.http.post(f"{DATA}/sobjects/Opportunity", json={"Name": "A deal"})

    assert refusal(answer) == (400, "REQUIRED_FIELD_MISSING")
    assert sorted(answer.json()[0]["fields"]) == ["CloseDate", "StageName"]


def test_winning_follows_the_stage(org: SalesforceOrg) -> None:
    opportunity = org.opportunity(org.account(), "Prospecting", Amount=1000)
    fields = ("IsClosed", "IsWon", "Probability", "ExpectedRevenue")

    before = org.get("Opportunity", opportunity, *fields).json()
    org.update("Opportunity", opportunity, StageName="Closed Won")
    after = org.get("Opportunity", opportunity, *fields).json()

    assert [before[name] for name in fields] == [False, False, 10.0, 100.0]
    assert [after[name] for name in fields] == [True, True, 100.0, 1000.0]


def test_a_stage_nobody_knows_is_open(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    opportunity = org.opportunity(org.account(), "Won, sort of")

    record = org.get("Opportunity", opportunity, "StageName", "IsClosed", "IsWon").json()

    assert record["StageName"] == "Won, sort of"
    assert (record["IsClosed"], record["IsWon"]) == (False, False)


def test_winning_cannot_be_written(org: SalesforceOrg) -> None:
    opportunity = org.opportunity(org.account(), "Prospecting")

    answer = org.update("Opportunity", opportunity, IsWon=True)

    assert refusal(answer) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert answer.json()[0]["fields"] == ["IsWon"]
