"""Passes: what is stored of them, and what becomes of one that is asked for again."""

import json

import pytest

from app.passes import Pass

EARLIER = Pass(
    "resync:Account",
    "a wildcard",
    ("linked:all", "qualifying"),
    since=50,
    patient=True,
    step=1,
    position="001x",
    newest=70,
    read=2000,
    opened=3,
    trouble="Salesforce is not available.",
    rests_until=99,
    asked_at=10,
)


def test_a_pass_is_read_as_it_was_stored() -> None:
    text = EARLIER.stored()

    read = Pass.read_from(text)

    assert read == EARLIER
    assert read.stored() == read.text == text


def test_what_another_version_has_stored_besides_is_left_out_and_compared_nonetheless() -> None:
    text = json.dumps(json.loads(EARLIER.stored()) | {"mood": "good"})

    read = Pass.read_from(text)

    assert read == EARLIER
    assert read.text == text


def test_one_that_is_asked_for_again_begins_anew_and_covers_both() -> None:
    later = Pass("resync:Account", "an overflow", ("modified:Account", "linked:all"), since=60)

    merged = later.after(EARLIER)

    assert merged.steps == ("linked:all", "qualifying", "modified:Account")
    assert (merged.since, merged.patient, merged.asked_at) == (50, True, 10)
    assert (merged.step, merged.position, merged.newest) == (0, "", 0)
    assert (merged.read, merged.opened) == (2000, 3)
    assert (merged.trouble, merged.rests_until) == ("", 0)
    assert merged.asked == later.asked != EARLIER.asked


def test_one_that_nobody_has_asked_for_before_is_as_it_is() -> None:
    assert EARLIER.after(None) is EARLIER


@pytest.mark.parametrize(("one", "other", "since"), [(0, 50, 50), (50, 0, 50), (0, 0, 0)])
def test_since_the_watermark_is_no_time_that_is_earlier_than_another(
    one: int, other: int, since: int
) -> None:
    earlier = Pass("reconcile", "a", ("modified:Account",), since=one)

    merged = Pass("reconcile", "b", ("modified:Account",), since=other).after(earlier)

    assert merged.since == since
