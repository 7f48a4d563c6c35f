"""The criteria over HTTP: what holds, what the org offers, a draft, and its publication."""

from typing import Any

import httpx
import pytest

from app.audit import Audit
from app.criteria import Criteria
from app.flow import Qualification
from tests.integration.listening import Scene
from tests.integration.pages import API, FlowerServer

WON = {"match": "all", "criteria": [{"field": "IsWon", "operator": "=", "values": [True]}]}
OPEN = {
    "match": "any",
    "criteria": [
        {"field": "StageName", "operator": "in", "values": ["prospecting"]},
        {"field": "CloseDate", "operator": ">", "values": ["2040-01-31"]},
    ],
}
WORDS = "StageName in (Prospecting) or CloseDate > 2040-01-31"


def called(client: httpx.Client, method: str, path: str, body: object = None) -> Any:
    """What is answered; the sentence if it is refused."""
    answer = client.request(method, f"{API}/criteria{path}", json=body)
    told = answer.json()
    return told if answer.is_success else (answer.status_code, told["message"])


def test_a_draft_is_saved_looked_at_and_published(
    flower_server: FlowerServer, scene: Scene
) -> None:
    operator, admin = flower_server.operator, flower_server.admin
    account = scene.save_account("Acme")
    scene.save_opportunity(account, "Prospecting")
    before = called(operator, "GET", "")

    draft = called(admin, "PUT", "/draft", OPEN)
    preview = called(operator, "GET", "/preview")
    shown = called(operator, "GET", "")
    order = {"version": draft["version"], "why": "We grow."}
    after = called(admin, "POST", "/publish", order)

    assert (before["current"], before["source"], before["draft"]) == (WON, "flow file", None)
    assert (before["late_parents"], before["matching_order"][0]) == ("skip", "link")
    assert (draft["words"], draft["by"]) == (WORDS, "ada")
    assert draft["qualification"]["criteria"][1]["values"] == ["2040-01-31"]
    assert (preview["newly"], preview["newly_sample"][0]["account"]) == (1, account)
    assert (shown["draft"], shown["words"]) == (draft, "IsWon = true")
    assert (after["words"], after["version"], after["draft"]) == (WORDS, draft["version"], None)
    assert scene.redis.hexists("cw:passes", "criteria")
    (entry,) = Audit(scene.redis).entries(what="criteria publish").entries
    assert (entry.who, entry.why) == ("ada", "We grow.")


def test_the_form_is_offered_what_the_org_has(flower_server: FlowerServer, scene: Scene) -> None:
    offer = called(flower_server.operator, "GET", "/fields")

    fields = {field["name"]: field for field in offer["fields"]}
    assert fields["IsWon"]["operators"] == ["=", "!="]
    assert {"value": "Closed Won", "label": "Closed Won"} in fields["StageName"]["values"]
    assert [stage["name"] for stage in offer["stages"] if stage["is_won"]] == ["Closed Won"]


def test_a_draft_that_changed_meanwhile_is_not_published(
    flower_server: FlowerServer, scene: Scene
) -> None:
    admin = flower_server.admin
    old = called(admin, "PUT", "/draft", OPEN)
    new = called(admin, "PUT", "/draft", WON)

    status, words = called(admin, "POST", "/publish", {"version": old["version"]})
    dropped = [called(admin, "DELETE", "/draft")["dropped"] for _ in range(2)]
    gone = called(admin, "POST", "/publish", {"version": new["version"]})

    assert (status, new["version"] in words) == (409, True)
    assert dropped == [True, False]
    assert gone[0] == 404
    assert not scene.redis.exists("cw:criteria")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"criteria": []}, 409, "at least one criterion"),
        ({"criteria": [{"field": "IsWon", "values": []}]}, 409, "at least one value"),
        ({"criteria": [{"field": "Nix", "values": [1]}]}, 409, "no field Nix"),
        ({"criteria": [{"field": "Amount", "values": ["\u0000"]}]}, 409, "must be a number"),
        ({"criteria": [{"field": "Name", "values": ["\u0000"]}]}, 409, "on one line"),
        ({"criteria": [{"field": "Name", "values": ["<script>"] * 201}]}, 400, "200"),
        (
            {"criteria": [{"field": "Name", "values": [None]}]},
            400,
            "criterion 1, value 1: must be a text",
        ),
        ({"criteria": [{"field": "Name", "values": ["x" * 4001]}]}, 400, "4000 characters."),
        ({"criteria": [{"field": "Name", "values": ["x"], "or": 1}]}, 400, "or"),
        ({"match": "some", "criteria": []}, 400, "match"),
    ],
)
def test_wrong_criteria_are_refused_with_a_sentence_that_names_them(
    flower_server: FlowerServer, scene: Scene, body: object, status: int, words: str
) -> None:
    refused = called(flower_server.admin, "PUT", "/draft", body)

    assert refused[0] == status, refused
    assert words in refused[1]
    assert not scene.redis.exists("cw:criteria:draft")


def test_operators_change_nothing(flower_server: FlowerServer, scene: Scene) -> None:
    operator, criteria = flower_server.operator, Criteria(scene.redis, Qualification())
    draft = called(flower_server.admin, "PUT", "/draft", OPEN)

    refused = [
        called(operator, "PUT", "/draft", WON),
        called(operator, "DELETE", "/draft"),
        called(operator, "POST", "/publish", {"version": draft["version"]}),
    ]

    assert [status for status, _ in refused] == [403, 403, 403]
    held = criteria.draft()
    assert held
    assert (held.version, criteria.published()) == (draft["version"], None)


def test_criteria_that_cannot_be_read_stop_no_other_page(
    flower_server: FlowerServer, scene: Scene
) -> None:
    scene.redis.set("cw:criteria", "from the future")

    status, words = called(flower_server.operator, "GET", "")
    flow = flower_server.operator.get(f"{API}/flow")

    assert status == 503
    assert "closedwon criteria set" in words
    assert flow.status_code == 200
    assert "closedwon criteria set" in flow.json()["criteria"]


def test_a_draft_that_changed_meanwhile_is_not_dropped(
    flower_server: FlowerServer, scene: Scene
) -> None:
    admin = flower_server.admin
    old = called(admin, "PUT", "/draft", OPEN)
    new = called(admin, "PUT", "/draft", WON)

    status, words = called(admin, "DELETE", "/draft", {"version": old["version"]})
    held = called(admin, "GET", "")["draft"]
    wanted = {"version": new["version"], "why": "no"}
    dropped = [called(admin, "DELETE", "/draft", wanted)["dropped"] for _ in range(2)]

    assert (status, new["version"] in words, held["version"]) == (409, True, new["version"])
    assert dropped == [True, False]
    (entry,) = Audit(scene.redis).entries(what="criteria drop").entries
    assert (entry.who, entry.why) == ("ada", "no")
