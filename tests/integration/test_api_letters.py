"""Dead letters, recoveries and the audit trail over HTTP."""

from typing import Any

import httpx
import pytest

from app.breaker import FAILURES
from tests.integration.listening import Scene
from tests.integration.mourning import CAUSE, Ward, ids
from tests.integration.pages import ADMIN, API, FlowerServer

ONE, TWO, THREE = ids(3)


def got(client: httpx.Client, path: str, status: int = 200, **query: Any) -> Any:
    answer = client.get(API + path, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == status, answer.text
    return answer.json()


def sent(server: FlowerServer, path: str, status: int = 200, **body: object) -> Any:
    """What the admin is answered."""
    answer = server.admin.post(API + path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def accounts(page: Any) -> list[str]:
    return [letter["account"] for letter in page["letters"]]


def test_letters_are_listed_page_by_page(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE, TWO, THREE)

    first = got(flower_server.operator, "/letters", limit=2)
    rest = got(flower_server.operator, "/letters", limit=2, after=first["next"])

    assert (accounts(first), accounts(rest)) == ([THREE, TWO], [ONE])
    assert (first["total"], rest["next"]) == (3, None)
    letter = rest["letters"][0]
    assert (letter["state"], letter["cause"], letter["stage"]) == ("dead", CAUSE, "upsert")
    assert (letter["words"], letter["service_words"]) == ("It does not fit.", "400 USER_ERROR")
    assert letter["first"] == letter["at"] > 1_700_000_000
    assert (letter["requeued"], letter["waiting"], letter["deaths"]) == (None, 0, 1)


def test_letters_are_found_by_what_people_know_of_them(
    flower_server: FlowerServer, ward: Ward
) -> None:
    ward.bury(ONE, TWO)
    ward.bury(THREE, cause="AmbiguousMatch")
    sent(flower_server, f"/letters/{ONE}/assign", to="olga")
    sent(flower_server, f"/letters/{TWO}/comment", words="Finance merges it on Monday")

    def found(**query: Any) -> list[str]:
        return accounts(got(flower_server.operator, "/letters", **query))

    assert found(cause="AmbiguousMatch") == [THREE]
    assert found(assigned="olga") == [ONE]
    assert found(text="monday") == [TWO]
    assert found(account=ONE[:15]) == [ONE]
    assert found(stage="ingest") == []
    assert found(state="again") == []


def test_letters_are_found_by_the_accounts_name(flower_server: FlowerServer, ward: Ward) -> None:
    acme, other = ward.save("Acme"), ward.save("Globex")
    ward.bury(acme, other)
    ward.save("Acme Europe")

    found = got(flower_server.operator, "/letters/named", name="acm")
    both = got(flower_server.operator, "/letters/named", name="acm", account=other)

    assert (accounts(found), found["note"]) == ([acme], None)
    assert accounts(both) == []


def test_the_plain_list_never_waits_for_salesforce(
    flower_server: FlowerServer, scene: Scene, ward: Ward
) -> None:
    """What asks Salesforce has an address, and so threads, of its own."""
    ward.bury(ONE)
    scene.people.fault(call="query*", contains="LIKE", status=503, times=None)

    told = got(flower_server.operator, "/letters", 400, name="acm")
    nameless = got(flower_server.operator, "/letters/named", 400, name=" ")
    named = got(flower_server.operator, "/letters/named", name="acm")
    plain = got(flower_server.operator, "/letters")

    assert told["message"] == "name: Extra inputs are not permitted."
    assert nameless["message"].startswith("name:")
    assert (accounts(named), named["note"][:27]) == ([], "Names cannot be looked for:")
    assert (accounts(plain), plain["note"]) == ([ONE], None)


def test_searches_that_salesforce_fails_pause_nothing(
    flower_server: FlowerServer, scene: Scene
) -> None:
    scene.people.fault(call="query*", contains="LIKE", status=503, times=None)

    for _ in range(2 * FAILURES):
        told = got(flower_server.operator, "/letters/named", name="acm")
        assert told["note"]

    assert got(flower_server.operator, "/summary")["paused"] == {}


def test_causes_are_counted(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE, TWO)
    ward.bury(THREE, cause="AmbiguousMatch")
    sent(flower_server, "/letters/requeue", accounts=[TWO])

    told = got(flower_server.operator, "/letters/causes")

    assert {c["cause"]: c["count"] for c in told["causes"]} == {CAUSE: 1, "AmbiguousMatch": 1}
    assert (told["total"], told["again"]) == (2, 1)
    assert all(c["oldest"] <= c["newest"] for c in told["causes"])


def test_a_requeue_says_which_letters_moved(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE)

    told = sent(flower_server, "/letters/requeue", accounts=[ONE[:15], ONE, TWO], why="mended")
    [entry] = got(flower_server.operator, "/audit", account=ONE)["entries"]

    assert told["requeued"] == [ONE]
    assert [(r["account"], r["verdict"]) for r in told["refused"]] == [(TWO, "not_dead")]
    assert f"There is no dead letter for Account {TWO}" in told["refused"][0]["words"]
    assert (entry["who"], entry["what"], entry["why"]) == (ADMIN[0], "requeue", "mended")
    assert (entry["before"], entry["after"]) == (f"dead: {CAUSE}", "queued")


def test_what_has_just_died_again_is_requeued_only_by_force(
    flower_server: FlowerServer, ward: Ward
) -> None:
    ward.bury(ONE)
    ward.services.ledger.requeue([ONE], ward.admin)
    ward.die_again(ONE)

    refused = sent(flower_server, "/letters/requeue", accounts=[ONE])
    forced = sent(flower_server, "/letters/requeue", accounts=[ONE], force=True)

    assert [r["verdict"] for r in refused["refused"]] == ["just_died"]
    assert forced == {"requeued": [ONE], "refused": []}


def test_a_discard_wants_a_reason(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE)

    without = sent(flower_server, "/letters/discard", 400, accounts=[ONE])
    blank = sent(flower_server, "/letters/discard", 400, accounts=[ONE], why="  ")
    told = sent(flower_server, "/letters/discard", accounts=[ONE, TWO], why="a duplicate")

    assert "why" in without["message"]
    assert "must not be empty" in blank["message"]
    assert (told["discarded"], [r["account"] for r in told["refused"]]) == ([ONE], [TWO])
    assert ward.state(ONE) == "none"


def test_people_keep_with_a_letter_what_they_know(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE)

    assigned = sent(flower_server, f"/letters/{ONE}/assign", to="olga", why="knows Finance")
    said = sent(flower_server, f"/letters/{ONE}/comment", words="on Monday")
    freed = sent(flower_server, f"/letters/{ONE}/assign", to="")
    nothing = sent(flower_server, f"/letters/{TWO}/comment", 404, words="on Monday")

    assert (assigned["assigned"], said["comment"], freed["assigned"]) == ("olga", "on Monday", "")
    assert nothing["error"] == "RecordNotFound"


def test_a_recovery_goes_on_after_its_canary(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE, TWO, THREE)

    begun = sent(flower_server, "/recoveries", cause=CAUSE, why="the name is free")
    twice = sent(flower_server, "/recoveries", 409, cause=CAUSE)
    [listed] = got(flower_server.operator, "/recoveries")["recoveries"]
    stopped = sent(flower_server, f"/recoveries/{begun['id']}/stop", why="later")
    over = sent(flower_server, f"/recoveries/{begun['id']}/stop", 409)

    assert (begun["state"], begun["canary"], begun["with_canary"]) == ("canary", THREE, True)
    assert (begun["total"], begun["requeued"], begun["by"]) == (3, 1, ADMIN[0])
    assert (begun["why"], begun["ended"]) == ("the name is free", None)
    assert twice["error"] == "RecordLocked"
    assert listed == begun
    assert (stopped["state"], stopped["ended"] >= stopped["began"]) == ("stopped", True)
    assert over["error"] == "RecordRejected"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/recoveries", {"cause": "NoSuchCause"}, 404),
        ("/recoveries", {"cause": "no/cause"}, 400),
        ("/recoveries", {}, 400),
        ("/recoveries/0123/stop", {}, 404),
        ("/letters/requeue", {"accounts": []}, 400),
        ("/letters/requeue", {"accounts": ["hello"]}, 400),
        ("/letters/requeue", {"accounts": [ONE] * 501}, 400),
        ("/letters/requeue", {"accounts": ids(1), "all": True}, 400),
        ("/letters/hello/comment", {"words": "x"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(
    flower_server: FlowerServer, ward: Ward, path: str, body: dict[str, Any], status: int
) -> None:
    ward.bury(ONE)

    told = sent(flower_server, path, status, **body)

    assert set(told) == {"error", "message"}
    assert ward.state(ONE) == "dead"


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "201"}, {"after": "x"}, {"stage": "x"}, {"offset": "1"}]
)
def test_a_list_refuses_what_it_does_not_know(
    flower_server: FlowerServer, ward: Ward, query: dict[str, str]
) -> None:
    told = got(flower_server.operator, "/letters", 400, **query)

    assert next(iter(query)) in told["message"]


def test_the_audit_trail_is_read_page_by_page(flower_server: FlowerServer, ward: Ward) -> None:
    ward.bury(ONE)
    for number in range(3):
        sent(flower_server, f"/letters/{ONE}/comment", words=f"note {number}")

    first = got(flower_server.operator, "/audit", limit=2, what="comment")
    rest = got(flower_server.operator, "/audit", limit=2, what="comment", after=first["next"])

    assert [e["after"] for e in first["entries"]] == ["note 2", "note 1"]
    assert [(e["before"], e["after"]) for e in rest["entries"]] == [("", "note 0")]
    assert rest["next"] is None


def test_kinds_of_actions_are_read_together_and_unknown_ones_are_refused(
    flower_server: FlowerServer, ward: Ward
) -> None:
    ward.bury(ONE)
    sent(flower_server, f"/letters/{ONE}/comment", words="a note")
    for turn in ("off", "on"):
        sent(flower_server, f"/flow/{turn}")

    found = got(flower_server.operator, "/audit", what="flow off,flow on")
    refused = flower_server.operator.get(f"{API}/audit", params={"what": "nonsense"})

    assert [entry["what"] for entry in found["entries"]] == ["flow on", "flow off"]
    assert refused.status_code == 400
