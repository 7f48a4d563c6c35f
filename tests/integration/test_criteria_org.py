"""Criteria held against the simulated org: what it offers and refuses, what they would change."""

from typing import Any

import pytest

from app.admin import criteria as admin
from app.admin import criteria_preview
from app.admin.criteria_fitting import fitted, qualification_of, try_out
from app.errors import RecordNotFound, RecordRejected, ServiceUnavailable
from app.saved_criteria import Saved
from app.services import Services
from app.terms import By
from tests.integration.listening import Scene
from tests.integration.looking import Town

ANN = By("ann")
VALUES = {
    "boolean": "true",
    "date": "2026-01-31",
    "datetime": "2026-01-31T12:00:00Z",
    "id": "006000000000001AAA",
    "reference": "001000000000001AAA",
}
"""One of each type; for the others 5 will do."""


def one(field: str, operator: str, *values: object) -> dict[str, object]:
    return {"field": field, "operator": operator, "values": list(values)}


def saved(services: Services, *criteria: dict[str, object], match: str = "all") -> Saved:
    wanted = qualification_of({"match": match, "criteria": list(criteria)})
    return admin.save(services, wanted, ANN)


def test_fields_are_offered_with_the_operators_that_salesforce_takes(
    services: Services,
) -> None:
    offer = admin.offer(services)

    offered = {field.name: field for field in offer.fields}
    assert "Description" not in offered, "it cannot be filtered"
    assert "IsDeleted" not in offered
    for field in offered.values():
        value = field.values[0].value if field.values else VALUES.get(field.type, "5")
        for operator in field.operators:
            wanted = qualification_of({"criteria": [one(field.name, operator, value)]})
            try_out(services.salesforce, fitted(wanted, offer))


def test_stages_are_offered_as_the_org_has_them(scene: Scene, services: Services) -> None:
    changed = {"MasterLabel": "Gewonnen", "IsActive": False}
    scene.simulator.http.patch("stages/Closed Won", json=changed).raise_for_status()

    offer = admin.offer(services)

    (won,) = [stage for stage in offer.stages if stage.is_won]
    assert (won.name, won.label, won.is_closed, won.is_active) == (
        "Closed Won",
        "Gewonnen",
        True,
        False,
    )
    (field,) = [field for field in offer.fields if field.name == "StageName"]
    assert [choice.value for choice in field.values or ()] == [s.name for s in offer.stages]


def test_names_and_values_become_the_orgs(scene: Scene, services: Services) -> None:
    draft = saved(
        services,
        one("stagename", "in", "closed won", "PROSPECTING"),
        one("AMOUNT", ">=", "1000"),
        one("closedate", ">", "2026-01-31"),
    )

    stage, amount, closed = draft.qualification.criteria
    assert (stage.field, stage.values) == ("StageName", ("Closed Won", "Prospecting"))
    assert (amount.field, amount.values) == ("Amount", (1000,))
    assert str(closed.values[0]) == "2026-01-31"
    assert type(closed.values[0]).__name__ == "date"


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (one("Stagenam", "=", "x"), r"no field Stagenam .* \(did you mean StageName\?\)"),
        (one("Description", "=", "x"), "no field Description to compare"),
        (one("IsWon", ">", True), "IsWon is a boolean: it cannot be compared with '>'"),
        (one("Amount", "like", "5"), "Amount is a currency"),
        (one("StageName", "=", "Close Won"), r"no stage 'Close Won' \(did you mean Closed Won\?\)"),
        (one("StageName", "in", "Closed Won", "zzz"), r"no stage 'zzz' \(there are Prospecting"),
        (one("Amount", ">", "much"), "Amount: 'much' must be a number"),
        (one("CloseDate", ">", "soon"), "CloseDate: 'soon' must be a date"),
        (one("Name", "=", "ü" * 2000), "bytes in each query"),
        (one("Name) OR (IsWon", "=", True), "criterion 1, field: must be a field's API name"),
        (one("IsWon", "OR", True), "criterion 1, operator: must be"),
        (one("Amount", "=", 1, 2), "takes one value"),
        (one("Amount", "="), "at least one value"),
        (one("Amount", "=", float("nan")), "finite"),
        (one("Amount", "=", None), "criterion 1, value 1: must be a text, a number"),
        (one("IsWon", "=", True) | {"or": 1}, "unknown key"),
    ],
)
def test_what_the_org_cannot_be_asked_becomes_no_draft(
    services: Services, scene: Scene, criterion: dict[str, object], words: str
) -> None:
    with pytest.raises(RecordRejected, match=words):
        saved(services, criterion)

    assert services.criteria.draft() is None


def test_without_criteria_every_account_would_be_a_customer(services: Services) -> None:
    with pytest.raises(RecordRejected, match="at least one criterion"):
        saved(services)


def test_salesforce_has_the_last_word_on_a_draft(scene: Scene, services: Services) -> None:
    words = "entity type Opportunity does not support filtering by this"
    refusal: dict[str, Any] = {"status": 400, "code": "INVALID_QUERY_FILTER_OPERATOR"}
    scene.simulator.fault("query", contains="LIMIT 1", message=words, **refusal)

    with pytest.raises(RecordRejected, match=words):
        saved(services, one("IsWon", "=", True))

    assert services.criteria.draft() is None


def test_a_draft_that_the_org_refuses_by_now_is_not_published(
    scene: Scene, services: Services
) -> None:
    field = {"name": "Tier__c", "type": "string"}
    scene.simulator.settings(custom_fields={"Opportunity": [field]})
    draft = saved(services, one("Tier__c", "=", "Gold"))
    scene.simulator.settings(custom_fields={})

    with pytest.raises(RecordRejected, match="Tier__c"):
        admin.publish(services, draft.version, ANN)

    assert services.criteria.published() is None


def test_while_salesforce_is_down_nothing_is_saved(scene: Scene, services: Services) -> None:
    scene.simulator.fault("sobject.describe", status=503)

    with pytest.raises(ServiceUnavailable):
        saved(services, one("IsWon", "=", True))

    assert services.criteria.draft() is None


def test_a_preview_counts_who_newly_qualifies_and_who_no_longer_does(town: Town) -> None:
    customer, _ = town.synced("Won and linked")
    won, open_one, both = (town.scene.save_account(n) for n in ("Won", "Open", "Both"))
    for account, stages in ((won, "w"), (open_one, "o"), (both, "wo")):
        for stage in stages:
            town.scene.save_opportunity(account, {"w": "Closed Won", "o": "Prospecting"}[stage])
    town.scene.people.create(
        "Opportunity",
        {"Name": "Nobody's", "StageName": "Prospecting", "CloseDate": "2026-12-31"},
    )
    town.scene.people.delete("Opportunity", town.scene.save_opportunity(won, "Prospecting"))
    draft = saved(town.services, one("StageName", "=", "Prospecting"))

    found = admin.preview(town.services)

    assert (found.version, found.qualifying_now, found.qualifying_then) == (draft.version, 3, 2)
    assert (found.newly, found.newly_linked) == (1, 0)
    assert [(s.account, s.name) for s in found.newly_sample] == [(open_one, "Open")]
    assert (found.no_longer, found.no_longer_linked) == (2, 1)
    assert {s.account for s in found.no_longer_sample} == {customer, won}
    assert "stay linked" in found.note
    assert town.services.criteria.published() is None


def test_a_preview_says_where_it_did_not_look_at_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(criteria_preview, "_LOOKED_UP", 2)
    for number in range(3):
        town.scene.save_opportunity(town.scene.save_account(f"Open {number}"), "Prospecting")
    saved(town.services, one("StageName", "=", "Prospecting"))

    found = admin.preview(town.services)

    assert (found.newly, len(found.newly_sample)) == (3, 2)
    assert "Only the first 2 of those that newly qualify" in found.note


def test_without_a_draft_there_is_nothing_to_preview(services: Services) -> None:
    with pytest.raises(RecordNotFound, match="save one first"):
        admin.preview(services)
