"""Many records in one call."""

from typing import Any

from tests.contract.salesforce_org import DATA, SalesforceOrg, refusal, unique
from tests.contract.salesforce_simulator import SalesforceSimulator


def _account(**fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, "Name": unique("Many"), **fields}


def _post(org: SalesforceOrg, *records: Any, all_or_none: bool) -> Any:
    body = {"allOrNone": all_or_none, "records": list(records)}
    answer = org.http.post(f"{DATA}/composite/sobjects", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_records_are_retrieved_in_the_order_asked_and_null_where_there_is_none(
    org: SalesforceOrg,
) -> None:
    first, second = org.account(), org.account()
    ids = [second, "001000000000001AAA", first]

    answer = org.http.post(
        f"{DATA}/composite/sobjects/Account", json={"ids": ids, "fields": ["Id", "Name"]}
    )

    assert [row and row["Id"] for row in answer.json()] == [second, None, first]


def test_an_unknown_field_fails_the_whole_retrieve(org: SalesforceOrg) -> None:
    body = {"ids": [org.account()], "fields": ["Id", "Nonsense"]}

    answer = org.http.post(f"{DATA}/composite/sobjects/Account", json=body)

    assert refusal(answer) == (400, "INVALID_FIELD")


def test_some_records_may_fail_alone(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    good, bad, other = _post(org, _account(), _account(Name=None), _account(), all_or_none=False)

    assert (good["success"], bad["success"], other["success"]) == (True, False, True)
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert org.get("Account", other["id"]).status_code == 200


def test_all_or_none_undoes_what_went_well(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    good, bad = _post(org, _account(), _account(Name=None), all_or_none=True)

    assert good["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert org.rows("SELECT Id FROM Account") == []


def test_all_or_none_leaves_changed_records_as_they_were(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    account = org.account("Before")
    change = {"attributes": {"type": "Account"}, "id": account, "Name": "After"}
    wrong = {"attributes": {"type": "Account"}, "id": account, "Nonsense": 1}

    body = {"allOrNone": True, "records": [change, wrong]}
    org.http.patch(f"{DATA}/composite/sobjects", json=body)

    assert org.rows("SELECT Name FROM Account") == [{"Name": "Before"}]


def test_many_records_are_changed_and_deleted(org: SalesforceOrg) -> None:
    ids = [org.account(), org.account()]
    changes = [{"attributes": {"type": "Account"}, "id": i, "Site": "here"} for i in ids]

    body = {"allOrNone": True, "records": changes}
    changed = org.http.patch(f"{DATA}/composite/sobjects", json=body)
    sites = [org.get("Account", i, "Site").json()["Site"] for i in ids]
    deleted = org.http.delete(f"{DATA}/composite/sobjects", params={"ids": ",".join(ids)})

    assert [result["success"] for result in changed.json()] == [True, True]
    assert sites == ["here", "here"]
    assert [result["success"] for result in deleted.json()] == [True, True]
    assert [org.get("Account", i).status_code for i in ids] == [404, 404]


def test_no_more_than_two_hundred_records_are_written_at_once(org: SalesforceOrg) -> None:
    body = {"allOrNone": False, "records": [_account() for _ in range(201)]}

    answer = org.http.post(f"{DATA}/composite/sobjects", json=body)

    assert answer.status_code == 400
