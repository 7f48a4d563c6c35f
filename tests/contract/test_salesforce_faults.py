"""Faults on command, and the switches."""

import grpc
import httpx
import pytest

from tests.contract.salesforce_org import DATA, SalesforceOrg, refusal
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import failure, get_topic

ACCOUNTS = "/data/AccountChangeEvent"


def test_a_fault_hits_an_rpc(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    simulator.fault(
        "pubsub.*", status="RESOURCE_EXHAUSTED", code="concurrent.client.limit.exceeded"
    )

    with pytest.raises(grpc.RpcError) as caught:
        get_topic(org.channel, org.metadata(), ACCOUNTS)
    again = get_topic(org.channel, org.metadata(), ACCOUNTS)

    assert failure(caught.value) == (
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "concurrent.client.limit.exceeded",
    )
    assert again.topic_name == ACCOUNTS
    assert simulator.get("requests/count", call="pubsub.get_topic")["count"] == 2


def test_a_fault_answers_in_the_platforms_form(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.fault("query", code="UNABLE_TO_LOCK_ROW", skip=1, times=2)

    answers = [org.query("SELECT COUNT() FROM Account") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 400, 400, 200]
    assert refusal(answers[1]) == (400, "UNABLE_TO_LOCK_ROW")


def test_a_fault_may_hit_only_calls_that_contain_a_text(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.fault("sobject.post", contains="Acme", status=503, headers={"Retry-After": "7"})

    other = org.http.post(f"{DATA}/sobjects/Account", json={"Name": "Ajax"})
    hit = org.http.post(f"{DATA}/sobjects/Account", json={"Name": "Acme"})

    assert other.status_code == 201
    assert refusal(hit) == (503, "SERVER_UNAVAILABLE")
    assert hit.headers["Retry-After"] == "7"


def test_a_dropped_call_was_done_or_not(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    for moment in ("before", "after"):
        simulator.fault("sobject.post", drop=moment)
        with pytest.raises(httpx.RemoteProtocolError):
            org.http.post(f"{DATA}/sobjects/Account", json={"Name": moment})

    assert org.rows("SELECT Name FROM Account") == [{"Name": "after"}]
    log = simulator.get("requests", call="sobject.post")["requests"]
    assert [row["status"] for row in log] == [None, None]


def test_a_body_may_be_anything_even_cut_short(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.fault("limits", status=503, body="<html>down</html>")
    simulator.fault("limits", status=200, body="{", headers={"Content-Length": "99"})

    page = org.http.get(f"{DATA}/limits")
    with pytest.raises(httpx.RemoteProtocolError):
        org.http.get(f"{DATA}/limits")

    assert (page.status_code, page.text) == (503, "<html>down</html>")


def test_a_slow_answer_is_still_an_answer(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.fault("limits", delay_seconds=0.2)

    answer = org.http.get(f"{DATA}/limits")

    (row,) = simulator.get("requests", call="limits")["requests"]
    assert answer.status_code == 200
    assert row["seconds"] >= 0.2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"call": "query"}, "effect"),
        ({"call": "query", "status": 503, "nonsense": 1}, "unknown key 'nonsense'"),
        ({"status": 503}, "call is missing"),
        ({"call": "query", "drop": "sometimes"}, "drop must be"),
        ({"call": "query", "status": 503, "times": 0}, "times must be"),
        ({"call": "query", "drop": "before", "carried_out": True}, "carried_out needs an answer"),
        ({"call": "query", "status": 503, "carried_out": 1}, "carried_out must be bool"),
    ],
)
def test_a_senseless_fault_is_refused_with_its_reason(
    simulator: SalesforceSimulator, fault: dict[str, object], words: str
) -> None:
    answer = simulator.http.post("faults", json=fault)

    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_settings_are_checked_together(simulator: SalesforceSimulator) -> None:
    wrong = simulator.http.patch("settings", json={"daily_limit": -1, "nonsense": 1})
    limit = simulator.get("settings")["daily_limit"]

    assert wrong.status_code == 400
    assert "daily_limit" in wrong.json()["error"]
    assert "nonsense" in wrong.json()["error"]
    assert limit == 15_000
