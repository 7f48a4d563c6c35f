"""Keys that are refused together: whose trouble it is, and how many calls it takes to know."""

from collections.abc import Mapping, Sequence

import pytest

from app.errors import AuthenticationFailed, PermanentError, RecordRejected, ServiceUnavailable
from app.gathering import one_by_one

OTHERS = [f"key {number}" for number in range(30)]


def test_what_is_refused_together_is_asked_for_one_by_one() -> None:
    asked = []

    def fetch(keys: Sequence[str]) -> Mapping[str, str | Exception]:
        asked.append(list(keys))
        if "bad" in keys:
            raise RecordRejected("no such thing")
        return {key: key.upper() for key in keys}

    found = one_by_one(fetch)(["a", "bad", "c"])

    assert (found["a"], found["c"], str(found["bad"])) == ("A", "C", "no such thing")
    assert asked == [["a", "bad", "c"], ["a"], ["bad"], ["c"]]


@pytest.mark.parametrize("keys", [2, 3, 30])
def test_a_query_that_is_refused_whoever_is_asked_for_is_not_sent_for_each(keys: int) -> None:
    asked = []

    def fetch(wanted: Sequence[str]) -> Mapping[str, str | Exception]:
        asked.append(len(wanted))
        raise PermanentError("No such field.", service_words="400 INVALID_FIELD")

    found = one_by_one(fetch)(OTHERS[:keys])

    assert {str(found[key]) for key in OTHERS[:keys]} == {"No such field."}
    assert asked == [keys, 1, 1]


def test_an_answer_without_the_key_is_no_refusal() -> None:
    def fetch(wanted: Sequence[str]) -> Mapping[str, str | Exception]:
        if wanted != OTHERS[:1]:
            raise RecordRejected("bad", service_words="bad")
        return {}

    found = one_by_one(fetch)(OTHERS[:3])

    assert found.keys() == set(OTHERS[1:3])


@pytest.mark.parametrize("alike", [0, 1])
def test_keys_that_are_refused_in_other_words_leave_the_others_their_turn(alike: int) -> None:
    bad = {OTHERS[0]: "one", OTHERS[1 + alike]: ["two", "one"][alike]}

    def fetch(wanted: Sequence[str]) -> Mapping[str, str | Exception]:
        for key in wanted:
            if key in bad:
                raise RecordRejected("bad", service_words=bad[key])
        return {key: key.upper() for key in wanted}

    found = one_by_one(fetch)(OTHERS[:5])

    assert {key for key in OTHERS[:5] if isinstance(found[key], RecordRejected)} == set(bad)


@pytest.mark.parametrize(
    ("failure", "keys"),
    [
        (AuthenticationFailed("refused"), ["a", "b"]),
        (ServiceUnavailable("down"), ["a", "b"]),
        (RecordRejected("bad"), ["a"]),
    ],
)
def test_what_is_nobodys_fault_or_has_one_key_alone_is_not_asked_again(
    failure: Exception, keys: list[str]
) -> None:
    asked = []

    def fetch(wanted: Sequence[str]) -> Mapping[str, str | Exception]:
        asked.append(wanted)
        raise failure

    with pytest.raises(type(failure)) as raised:
        one_by_one(fetch)(keys)

    assert raised.value is failure
    assert asked == [keys]
