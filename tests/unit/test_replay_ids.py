"""Replay ids are opaque: whatever their bytes and their length, they come back as they came."""

import base64
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cdc_vectors import read_vector
from workers.cursor import Bookmark

_CHANNEL = "/data/AccountChangeEvent"


def _stored(bookmark: Bookmark) -> bytes:
    return bytes.fromhex(str(bookmark.take().fields["replay_id"]))


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1))
def test_the_last_id_of_a_stream_is_stored_to_the_byte(replay_ids: list[bytes]) -> None:
    bookmark = Bookmark(_CHANNEL)

    for replay_id in replay_ids:
        bookmark.heard(replay_id, None)

    assert _stored(bookmark) == replay_ids[-1]


@given(st.lists(st.binary(min_size=1, max_size=3), min_size=2))
def test_among_twins_an_id_is_stored_only_after_a_different_one(replay_ids: list[bytes]) -> None:
    bookmark = Bookmark("/data/ChangeEvents")
    followed = {one for one, following in pairwise(replay_ids) if one != following}

    for replay_id in replay_ids:
        bookmark.heard(replay_id, None)
    stored = bookmark.take().fields.get("replay_id")

    assert (stored is None) == (not followed)
    assert stored is None or bytes.fromhex(str(stored)) in followed


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_the_id_of_a_keepalive_is_stored_to_the_byte(heard: bytes, latest: bytes) -> None:
    bookmark = Bookmark(_CHANNEL)

    bookmark.heard(heard, None)
    bookmark.kept_alive(latest)

    assert _stored(bookmark) == latest


@pytest.mark.parametrize(
    ("file", "length"),
    [
        ("java_client/replay_id.bin", 8),
        ("dev_org/AccountAddressUpdateEvent.json", 10),
        ("dev_org/AccountCreationEvents.json", 10),
    ],
)
def test_captured_ids_of_both_lengths_are_stored_to_the_byte(file: str, length: int) -> None:
    bookmark = Bookmark(_CHANNEL)
    captured = _captured(file)

    for replay_id in captured:
        bookmark.heard(replay_id, None)

    assert {len(replay_id) for replay_id in captured} == {length}
    assert _stored(bookmark) == captured[-1]


def _captured(file: str) -> list[bytes]:
    content = read_vector(file)
    if file.endswith(".bin"):
        return [content]
    data = json.loads(content)
    events = data["events"] if isinstance(data, dict) else data
    return [base64.b64decode(event["replayId"]) for event in events]
