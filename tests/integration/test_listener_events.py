"""Events out of the ordinary: malformed, merged, unlisted, gaps, twins."""

import base64
import logging

import pytest

from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, OPPORTUNITIES, Scene


def test_a_malformed_event_is_said_and_counted_and_the_flow_goes_on(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    broken = base64.b64encode(b"\x0eAccount\xff").decode()
    named = {"entity": "Account", "record_ids": [scene.save_account("Broken")]}
    scene.simulator.settings(max_events_per_response=1)
    (replay_id,) = scene.simulator.inject(named | {"payload": broken})
    (unknown,) = scene.simulator.inject(named | {"schema_id": "nobody's"})

    with scene.listening():
        account = scene.save_account("Sound")
        scene.opened([account])

        eventually(lambda: scene.state().get("events") == "4", "all are counted")
        assert scene.state()["errors"] == "2"
        for lost in (replay_id, unknown):
            (said,) = [r for r in caplog.records if f"replay id {lost} is left out" in r.message]
            assert said.levelno == logging.ERROR


def test_an_id_that_is_none_opens_nothing(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    good = scene.save_account()
    ids = ["not an id", "003000000000001AAA", good[:15], f"{good[:15]}zzz"]
    scene.simulator.inject({"entity": "Account", "record_ids": ids})

    with scene.listening():
        scene.opened([good])

        eventually(lambda: scene.state().get("events") == "2", "both events are heard")
        assert scene.redis.keys("cw:row:*") == [f"cw:row:{good}"]
        assert caplog.text.count("is no Account id") == 3


@pytest.mark.parametrize(
    ("kind", "record"),
    [("GAP_OVERFLOW", "000000000000000AAA"), ("UPDATE", "001*"), ("GAP_UPDATE", "006*")],
)
def test_changes_that_are_not_listed_are_said_loudly_and_the_flow_goes_on(
    scene: Scene, caplog: pytest.LogCaptureFixture, kind: str, record: str
) -> None:
    entity = "Opportunity" if record.startswith("006") else "Account"
    channel = OPPORTUNITIES if entity == "Opportunity" else ACCOUNTS
    (replay_id,) = scene.simulator.inject(
        {"entity": entity, "change_type": kind, "record_ids": [record]}
    )

    with scene.listening():
        eventually(lambda: scene.cursor(channel).get("replay_id") == replay_id, "it goes on")

        assert f"SOME CHANGES ARE NOT LISTED: Salesforce reports {kind} of {entity}" in caplog.text
        assert "closedwon sync ID" in caplog.text
        assert not scene.redis.keys("cw:row:*")


def test_a_gap_opens_the_accounts_it_names(scene: Scene) -> None:
    accounts = [scene.save_account(f"Gap {number}") for number in range(3)]
    with scene.listening():
        scene.opened(accounts)
        scene.forget_rows()

        scene.simulator.inject(
            {"entity": "Account", "change_type": "GAP_UPDATE", "record_ids": accounts}
        )

        scene.opened(accounts)
        assert {scene.row(account)["reason"] for account in accounts} == {"Account GAP_UPDATE"}


def test_twins_on_a_channel_of_all_entities_are_stored_once_another_event_comes(
    scene: Scene,
) -> None:
    scene.simulator.settings(max_events_per_response=1)
    first, second, third = (scene.save_account(f"Twin {number}") for number in range(3))
    ids = [{"entity": "Account", "record_ids": [account]} for account in (first, second, third)]
    channel = "/data/ChangeEvents"
    with scene.listening(salesforce_channels=(channel,)):
        scene.opened([first, second, third])
        scene.forget_rows()

        twin, _ = scene.simulator.inject(ids[0], ids[1] | {"same_replay_id_as_previous": True})

        scene.opened([first, second])
        assert scene.cursor(channel)["replay_id"] != twin
        scene.simulator.inject(ids[2])
        eventually(lambda: scene.cursor(channel)["replay_id"] == twin, "the twins are stored")
