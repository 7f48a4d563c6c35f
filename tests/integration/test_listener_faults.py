"""The listener when something breaks: no change is missed, and what needs a person is said."""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.flow import Criterion, Flow, Qualification
from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, OPPORTUNITIES, QUICK, Scene
from workers.redis_server import RedisServer


def _calls(scene: Scene, call: str) -> int:
    return int(scene.simulator.get("requests/count", call=call)["count"])


def _listen_to_the_end(scene: Scene, **settings: object) -> int:
    """The exit code of a listener that ends by itself."""
    services = scene.services(**settings)
    try:
        return scene.listener(services).run()
    finally:
        services.salesforce.close()
        services.redis.close()


def test_a_stream_that_is_cut_in_mid_way_goes_on_where_it_stopped(scene: Scene) -> None:
    scene.simulator.settings(max_events_per_response=3)
    with scene.listening():
        scene.save_account("So that there is a place to go on from")
        eventually(lambda: scene.cursor().get("replay_id"), "it is stored")
        scene.simulator.post("streams/close", {"status": "UNAVAILABLE", "after_events": 7})

        accounts = scene.people.create_many("Account", [{"Name": f"A{n}"} for n in range(40)])

        scene.opened(accounts)
        told = [story for account in accounts for story in scene.reasons(account)]
        assert len(told) == len(accounts), "nothing was heard twice"


def test_a_session_that_expires_is_renewed_for_the_next_call(scene: Scene) -> None:
    with scene.listening():
        scene.opened([scene.save_account("Before")])
        field = {"name": "Tier__c", "type": "string", "length": 20}
        scene.simulator.post("schema", {"entity": "Account", "add_field": field})

        scene.simulator.post("sessions/expire")
        scene.log_in()
        newer_schema = scene.save_account("After")

        scene.opened([newer_schema])
        scene.simulator.post("streams/close", {"status": "UNAVAILABLE"})
        scene.opened([scene.save_account("After the next cut")])


def test_a_session_that_is_refused_when_the_stream_opens_is_renewed(scene: Scene) -> None:
    code = "service.auth.error"
    scene.simulator.fault("pubsub.subscribe", times=1, status="UNAUTHENTICATED", code=code)

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened([scene.save_account()])

        assert _calls(scene, "pubsub.subscribe") == 1


def test_a_session_that_another_call_renewed_may_have_expired_as_well(scene: Scene) -> None:
    services = scene.services(salesforce_channels=(ACCOUNTS,), listener_lease_seconds=20)
    listener, codes = scene.listener(services), list[int]()
    thread = threading.Thread(target=lambda: codes.append(listener.run()))
    thread.start()
    scene.connected(ACCOUNTS)
    scene.opened([scene.save_account("Before")])
    scene.simulator.post("sessions/expire")
    assert list(services.salesforce.query("SELECT Id FROM Account LIMIT 1"))
    scene.simulator.post("sessions/expire")

    scene.simulator.post("streams/close", {"status": "UNAUTHENTICATED"})

    scene.log_in()
    scene.opened([scene.save_account("After")])
    listener.stop()
    thread.join(10)
    services.close()
    assert codes == [0]


def test_nothing_is_called_open_before_the_service_answers(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.simulator.fault("pubsub.get_topic", times=None, delay_seconds=1.0, status="UNAVAILABLE")
    scene.hear_nothing(ACCOUNTS)
    caplog.clear()

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        eventually(lambda: scene.state().get("state") == "connecting", "it is said")
        assert "connected_since" not in scene.state()
        assert "the stream is opened" not in caplog.text
        assert scene.simulator.http.delete("faults").is_success

        eventually(lambda: scene.state().get("connected_since"), "the service answers")
        assert scene.state()["state"].startswith("listening")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("UNAUTHENTICATED", "service.auth.error", "refuses a session that was just granted"),
        ("NOT_FOUND", "topic.not.found", "There is no such channel"),
        ("PERMISSION_DENIED", "topic.meta.permission", "View All Records"),
    ],
)
def test_what_needs_a_person_ends_the_listener_loudly(
    scene: Scene, caplog: pytest.LogCaptureFixture, status: str, code: str, words: str
) -> None:
    scene.simulator.fault("pubsub.subscribe", times=None, status=status, code=code)

    exit_code = _listen_to_the_end(scene, salesforce_channels=(ACCOUNTS,))

    assert exit_code == 1
    assert f"{ACCOUNTS}: THE LISTENER STOPS" in caplog.text
    assert words in caplog.text
    assert words in scene.state()["state"]
    assert _calls(scene, "pubsub.subscribe") == (2 if status == "UNAUTHENTICATED" else 1)


def test_refused_credentials_end_the_listener_loudly(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    exit_code = _listen_to_the_end(scene, salesforce_username="nobody@closedwon.example")

    assert exit_code == 1
    assert "THE LISTENER STOPS: AuthenticationFailed" in caplog.text


def test_redis_may_restart_in_mid_stream(
    clouds: Mapping[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with RedisServer(tmp_path) as server:
        scene = Scene(clouds, server.url)
        with scene.listening():
            scene.opened([scene.save_account("Before")])
            server.stop()
            meanwhile = [scene.save_account(f"Meanwhile {number}") for number in range(120)]
            eventually(lambda: "again in" in caplog.text, "it is said")
            assert "Redis does not answer at REDIS_URL" in caplog.text
            assert _calls(scene, "pubsub.subscribe") == 0, "the streams are still the first ones"

            server.start()

            scene.opened([*meanwhile, scene.save_account("After")])
            scene.connected()
        scene.close()


def test_opportunities_are_asked_for_until_salesforce_answers(scene: Scene) -> None:
    account = scene.save_account()
    scene.simulator.fault("query*", contains="FROM Opportunity", times=3, status=503)

    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        scene.save_opportunity(account, "Closed Won")

        scene.opened([account])
        assert _calls(scene, "pubsub.subscribe") == 0, "the first stream still lives"


def test_whose_an_opportunity_is_is_asked_again_where_the_answer_makes_no_sense(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    account = scene.save_account()
    for body in ('{"records": 5}', "[]", '{"records": [5], "done": true}', "no JSON"):
        scene.simulator.fault("query*", contains="FROM Opportunity", status=200, body=body)

    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        scene.save_opportunity(account, "Closed Won")

        scene.opened([account])
        assert caplog.text.count("again in") == 4
        assert "after Salesforce failed" in caplog.text
        assert _calls(scene, "pubsub.subscribe") == 0, "the first stream still lives"


def test_every_update_of_an_opportunity_is_heeded_where_a_criterion_is_a_formula(
    scene: Scene,
) -> None:
    described = {"fields": [{"name": "Score__c", "calculated": True}]}
    scene.simulator.fault("sobject.describe", status=200, body=json.dumps(described))
    criteria = (Criterion(field="Score__c", operator=">", values=(5,)),)
    scene.flow = Flow(qualification=Qualification(criteria=criteria))
    account = scene.save_account()
    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        opportunity = scene.save_opportunity(account, "Prospecting")
        scene.opened([account])
        scene.forget_rows()

        scene.people.update("Opportunity", opportunity, {"NextStep": "Call them"})
        scene.opened([account])
        scene.forget_rows()
        scene.people.update("Opportunity", opportunity, {"NextStep": "Call again"})

        scene.opened([account])
        assert _calls(scene, "sobject.describe") == 1


def test_a_busy_listener_keeps_its_stream(scene: Scene) -> None:
    account = scene.save_account()
    scene.simulator.settings(idle_seconds=0.6)
    scene.simulator.fault("query*", contains="FROM Opportunity", delay_seconds=1.5)
    deal = {"Name": "A deal", "StageName": "Prospecting", "CloseDate": "2026-12-31"}

    patience = replace(QUICK, idle=0.1)
    with scene.listening(patience, salesforce_channels=(OPPORTUNITIES,)):
        scene.people.create_many("Opportunity", [{**deal, "AccountId": account}] * 150)

        scene.opened([account])
        assert _calls(scene, "pubsub.subscribe") == 0, "the first stream still lives"


def test_a_stream_that_fell_silent_is_opened_anew(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    patience = replace(QUICK, silence=0.3)
    scene.hear_nothing(ACCOUNTS)
    before = _calls(scene, "pubsub.subscribe")

    with scene.listening(patience, salesforce_channels=(ACCOUNTS,)):
        eventually(lambda: _calls(scene, "pubsub.subscribe") > before + 1, "it is opened again")

        scene.opened([scene.save_account()])
        assert "not even a keepalive" in caplog.text


def test_a_stream_that_was_closed_since_nothing_was_asked_for_is_opened_anew(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened([scene.save_account("A backlog, so that each stream asks for one event")])
    scene.simulator.settings(idle_seconds=0.3)
    patience, before = replace(QUICK, idle=30.0), _calls(scene, "pubsub.subscribe")

    with scene.listening(patience, salesforce_channels=(ACCOUNTS,), listener_backlog=1):
        scene.opened([scene.save_account("First"), scene.save_account("Second")])

        assert _calls(scene, "pubsub.subscribe") > before, "Salesforce closed the first stream"


def test_the_days_events_are_used_up_and_the_stream_goes_on_later(scene: Scene) -> None:
    scene.hear_nothing(ACCOUNTS)
    place = scene.cursor()["replay_id"]
    scene.simulator.settings(delivery_limit=0)
    missed = scene.save_account()
    with scene.listening(salesforce_channels=(ACCOUNTS,), await_streams=False):
        eventually(lambda: "again in" in scene.state().get("state", ""), "it waits")

        assert "events for 24 hours are used up" in scene.state()["state"]
        assert scene.cursor()["replay_id"] == place
    scene.simulator.settings(delivery_limit=None)

    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened([missed])
