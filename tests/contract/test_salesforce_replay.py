"""Replay ids: where a stream starts, and which places are lost."""

from itertools import pairwise

import grpc
import pytest

from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import broken

ACCOUNTS = "/data/AccountChangeEvent"
EARLIEST, CUSTOM = 1, 2
CORRUPTED = (grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.replayid.corrupted")


def test_a_custom_start_is_after_the_id(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    for name in "ABC":
        org.account(name)
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first, *_ = stream.events(3)

    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=first.replay_id) as stream:
        rest = stream.events(2)

    assert [event.body["Name"] for event in rest] == ["B", "C"]


def test_replay_ids_grow_by_uneven_steps(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    for _ in range(20):
        org.account()

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        ids = [event.replay_id for event in stream.raw(20)]

    numbers = [int.from_bytes(replay_id, "big") for replay_id in ids]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    assert {len(replay_id) for replay_id in ids} == {10}
    assert ids == sorted(set(ids))
    assert len(steps) > 1


@pytest.mark.parametrize("length", [8, 10, 24])
def test_a_replay_id_has_any_length_and_counts_as_a_whole(
    org: SalesforceOrg, simulator: SalesforceSimulator, length: int
) -> None:
    simulator.settings(replay_id_length=length)
    for name in "AB":
        org.account(name)
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first, _ = stream.events(2)

    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=first.replay_id) as stream:
        (second,) = stream.events(1)
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=first.replay_id[:-1]) as stream:
        cut = broken(stream)
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=first.replay_id + b"\0") as stream:
        too_long = broken(stream)

    assert len(first.replay_id) == length
    assert second.body["Name"] == "B"
    assert cut[1] == too_long[1] == "subscription.fetch.replayid.corrupted"


@pytest.mark.parametrize("replay_id", [b"nonsense", b"\xff" * 8 + b"\0\0", b"\0" * 10])
def test_an_id_that_never_was_is_corrupted(
    org: SalesforceOrg, simulator: SalesforceSimulator, replay_id: bytes
) -> None:
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=replay_id) as stream:
        end = broken(stream)

    assert end == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.replayid.corrupted",
    )


def test_a_custom_start_needs_an_id(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM) as stream:
        end = broken(stream)

    assert end[1] == "subscription.fetch.replayid.validation.failed"


def test_what_is_older_than_the_retention_is_gone(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    org.account("Old")
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        (old,) = stream.events(1)

    simulator.settings(retention_seconds=0)
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=old.replay_id) as stream:
        end = broken(stream)
    simulator.settings(retention_seconds=3600)
    org.account("New")
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        (oldest,) = stream.events(1)

    assert end[1] == "subscription.fetch.replayid.corrupted"
    assert oldest.body["Name"] == "New"


def test_a_replay_id_that_was_good_is_refused_on_command(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    for name in "ABC":
        org.account(name)
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first, second, _ = stream.events(3)

    simulator.post("replay-ids/refuse", {"replay_ids": [first.replay_id.hex()]})
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=first.replay_id) as stream:
        end = broken(stream)
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=second.replay_id) as stream:
        (third,) = stream.events(1)

    assert end == CORRUPTED
    assert third.body["Name"] == "C"


def test_all_replay_ids_so_far_are_refused_on_command_while_their_events_stay(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    org.account("Before")
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        (before,) = stream.events(1)

    simulator.post("replay-ids/refuse")
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=before.replay_id) as stream:
        end = broken(stream)
    org.account("After")
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        _, after = stream.events(2)
    org.account("Later")
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=after.replay_id) as stream:
        (later,) = stream.events(1)

    assert end == CORRUPTED
    assert later.body["Name"] == "Later"


def test_a_senseless_replay_id_to_refuse_is_itself_refused(
    simulator: SalesforceSimulator,
) -> None:
    answer = simulator.http.post("replay-ids/refuse", json={"replay_ids": ["nonsense"]})

    assert answer.status_code == 400
    assert "hexadecimal" in answer.json()["error"]
