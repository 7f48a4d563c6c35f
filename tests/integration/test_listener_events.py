"""Events out of the ordinary: malformed, merged, unlisted, gaps, twins."""

import base64
import logging
from functools import partial

import pytest

from app.passes import OVERLAP_SECONDS, Pass
from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, OPPORTUNITIES, Scene


def test_a_malformed_event_is_said_and_counted_and_the_flow_goes_on(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    broken = base64.b64encode(b"\x0eAccount\xff").decode()
    scene.simulator.settings(max_events_per_response=1)

    with scene.listening():
        named = {"entity": "Account", "record_ids": [scene.save_account("Broken")]}
        (replay_id,) = scene.simulator.inject(named | {"payload": broken})
        (unknown,) = scene.simulator.inject(named | {"schema_id": "nobody's"})
        scene.opened([scene.save_account("Sound")])

        eventually(lambda: scene.state().get("events") == "4", "all are counted")
        assert scene.state()["errors"] == "2"
        for lost in (replay_id, unknown):
            (said,) = [r for r in caplog.records if f"with replay id {lost}" in r.message]
            assert said.levelno == logging.ERROR
            assert "AN EVENT CANNOT BE READ" in said.message


def test_an_event_that_cannot_be_read_makes_salesforce_be_read_since_the_last_that_could(
    scene: Scene,
) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        named = {"entity": "Account", "record_ids": [scene.save_account()]}
        commit = scene.committed()

        (replay_id,) = scene.simulator.inject(named | {"payload": base64.b64encode(b"x").decode()})

        eventually(lambda: scene.cursor()["replay_id"] == replay_id, "the stream goes on")
        asked = scene.passes.get("resync:Account")
        assert asked
        assert asked.steps == ("modified:Account",)
        assert asked.since == commit - OVERLAP_SECONDS
        assert asked.ready
        assert not scene.passes.get("resync:Opportunity")


def test_where_no_event_was_ever_read_all_that_salesforce_kept_counts_as_unread(
    scene: Scene,
) -> None:
    channel = "/data/ChangeEvents"
    scene.hear_nothing(channel)
    broken = {"record_ids": ["x"], "payload": base64.b64encode(b"x").decode()}
    with scene.listening(salesforce_channels=(channel,)):
        scene.simulator.inject({"entity": "Account"} | broken)

        asked = [
            eventually(partial(scene.passes.get, f"resync:{entity}"))
            for entity in ("Account", "Opportunity")
        ]
        now = int(scene.redis.time()[0])
        assert all(now - each.since >= 72 * 3600 for each in asked if each)


def test_a_schema_that_changes_in_mid_stream_is_fetched_and_nothing_is_lost(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        account = scene.save_account()
        scene.opened([account])
        field = {"name": "Region__c", "type": "string", "after": "Type"}
        scene.simulator.post("schema", {"entity": "Account", "add_field": field})
        scene.forget_rows()

        scene.people.update("Account", account, {"Region__c": "North"})

        scene.opened([account])
        assert scene.row(account)["reason"] == "Account UPDATE: Region__c, LastModifiedDate"
        assert scene.state()["errors"] == "0"


def test_an_id_that_is_none_opens_nothing(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    good = scene.save_account()
    ids = ["not an id", "003000000000001AAA", good[:15], f"{good[:15]}zzz"]
    with scene.listening():
        scene.simulator.inject({"entity": "Account", "record_ids": ids})

        scene.opened([good])

        eventually(lambda: scene.state().get("events") == "1", "the event is heard")
        assert scene.redis.keys("cw:row:*") == [f"cw:row:{good}"]
        assert caplog.text.count("is no Account id") == 3


@pytest.mark.parametrize(
    ("kind", "record", "steps"),
    [
        ("GAP_OVERFLOW", "000000000000000AAA", ("modified:Account", "qualifying", "linked")),
        ("UPDATE", "001*", ("linked:all", "qualifying")),
        ("GAP_UPDATE", "006*", ("qualifying",)),
    ],
)
def test_changes_that_are_not_listed_are_said_and_the_reconciler_is_asked_for_them(
    scene: Scene, caplog: pytest.LogCaptureFixture, kind: str, record: str, steps: tuple[str, ...]
) -> None:
    entity = "Opportunity" if record.startswith("006") else "Account"
    channel = OPPORTUNITIES if entity == "Opportunity" else ACCOUNTS
    event = {"entity": entity, "change_type": kind, "record_ids": [record]}
    commit = 1_700_000_000
    with scene.listening():
        (replay_id,) = scene.simulator.inject(event | {"commit_timestamp": commit * 1000})

        eventually(lambda: scene.cursor(channel).get("replay_id") == replay_id, "it goes on")
        name = f"resync:{entity}{':all' if '*' in record else ''}"
        asked = scene.passes.get(name)

        assert asked, "stored in one step with the cursor"
        assert (asked.steps, asked.since) == (steps, commit - OVERLAP_SECONDS)
        assert asked.ready
        assert f"SOME CHANGES ARE NOT LISTED: {kind} of {entity} named no records" in caplog.text
        assert not scene.redis.keys("cw:row:*")
        eventually(lambda: f"{name} since" in scene.state(channel)["state"], "it is shown")


def test_a_resync_that_is_not_over_is_asked_for_anew_and_covers_both(scene: Scene) -> None:
    earlier = Pass("resync:Account", "an earlier cause", ("linked:all",), since=5, position="001x")
    scene.passes.ask(earlier)
    overflow = {"change_type": "GAP_OVERFLOW", "record_ids": ["000000000000000AAA"]}
    with scene.listening():
        scene.simulator.inject({"entity": "Account"} | overflow)

        asked = eventually(
            lambda: (now := scene.passes.get(earlier.name)) and now != earlier and now, "asked anew"
        )

        assert asked
        assert asked.steps == ("linked:all", "modified:Account", "qualifying", "linked")
        assert (asked.since, asked.position) == (5, "")
        assert asked.asked != earlier.asked


def test_what_an_unlisted_change_comes_with_is_opened_all_the_same(scene: Scene) -> None:
    named = scene.save_account()
    with scene.listening():
        scene.simulator.inject(
            {"entity": "Account", "record_ids": ["001*"]},
            {"entity": "Account", "record_ids": [named]},
        )

        scene.opened([named])

        eventually(lambda: scene.passes.get("resync:Account:all"), "the wildcard is heeded, too")


@pytest.mark.parametrize("kind", ["GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE"])
def test_a_gap_opens_the_accounts_it_names(scene: Scene, kind: str) -> None:
    accounts = [scene.save_account(f"Gap {number}") for number in range(3)]
    with scene.listening():
        scene.simulator.inject({"entity": "Account", "change_type": kind, "record_ids": accounts})

        scene.opened(accounts)
        assert {scene.row(account)["reason"] for account in accounts} == {f"Account {kind}"}


def test_twins_on_a_channel_of_all_entities_are_stored_once_another_event_comes(
    scene: Scene,
) -> None:
    scene.simulator.settings(max_events_per_response=1)
    first, second, third = (scene.save_account(f"Twin {number}") for number in range(3))
    ids = [{"entity": "Account", "record_ids": [account]} for account in (first, second, third)]
    channel = "/data/ChangeEvents"
    with scene.listening(salesforce_channels=(channel,)):
        twin, _ = scene.simulator.inject(ids[0], ids[1] | {"same_replay_id_as_previous": True})

        scene.opened([first, second])
        assert "replay_id" not in scene.cursor(channel)
        scene.simulator.inject(ids[2])
        eventually(lambda: scene.cursor(channel).get("replay_id") == twin, "the twins are stored")


def test_an_id_that_is_none_is_counted_and_makes_salesforce_be_read(scene: Scene) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        commit = 1_700_000_001

        scene.simulator.inject(
            {
                "entity": "Account",
                "record_ids": ["001-no-id"],
                "commit_timestamp": commit * 1000,
            }
        )

        asked = eventually(lambda: scene.passes.get("resync:Account"), "it is asked for")
        assert asked
        assert (asked.steps, asked.since) == (("modified:Account",), commit - OVERLAP_SECONDS)
        eventually(lambda: scene.state().get("errors") == "1", "it is counted")
