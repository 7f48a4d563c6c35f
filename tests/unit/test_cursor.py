"""What of a stream may be stored as heard."""

from workers.cursor import Bookmark

_ONE_ENTITY, _SEVERAL = "/data/AccountChangeEvent", "/data/ChangeEvents"


def _stored(bookmark: Bookmark) -> str | int | None:
    return bookmark.take().fields.get("replay_id")


def test_an_event_is_stored_with_its_commit_time_whatever_the_length_of_its_id() -> None:
    bookmark = Bookmark(_ONE_ENTITY)

    bookmark.heard(b"\0\xab", 1_000)
    bookmark.heard(b"\0" * 12 + b"\xcd", 2_000)
    cursor = bookmark.take()

    assert cursor.channel == _ONE_ENTITY
    assert cursor.fields == {"replay_id": "00" * 12 + "cd", "commit_ms": 2_000}
    assert bookmark.take().fields == {}


def test_each_step_leaves_a_mark_that_the_next_one_expects() -> None:
    bookmark = Bookmark(_ONE_ENTITY, "the lock's token", "what the stream began with")

    steps = [bookmark.take() for _ in range(3)]

    left = [step.left_mark for step in steps]
    assert [step.after for step in steps] == ["what the stream began with", *left[:2]]
    assert len(set(left)) == 3
    assert {step.holder for step in steps} == {"the lock's token"}


def test_twins_are_stored_once_a_different_id_comes() -> None:
    bookmark = Bookmark(_SEVERAL)

    stored = []
    for replay_id in (b"\1", b"\2", b"\2", b"\2", b"\3"):
        bookmark.heard(replay_id, None)
        stored.append(_stored(bookmark))

    assert stored == [None, "01", None, None, "02"]


def test_a_keepalive_says_that_no_twin_is_on_its_way() -> None:
    bookmark = Bookmark("/data/Sales__chn")
    bookmark.heard(b"\2", None)

    bookmark.kept_alive(b"\5")
    first = _stored(bookmark)
    bookmark.heard(b"\6", None)

    assert first == "05"
    assert _stored(bookmark) == "05"


def test_a_keepalive_without_an_id_stores_nothing() -> None:
    bookmark = Bookmark(_ONE_ENTITY)

    bookmark.kept_alive(b"")

    assert bookmark.take().fields == {}


def test_what_would_be_lost_begins_ten_minutes_before_the_last_commit_that_was_read() -> None:
    bookmark, begins = Bookmark(_SEVERAL, since=5), []

    begins.append(bookmark.since)
    bookmark.heard(b"\1", 1_700_000_000_999)
    begins.append(bookmark.since)
    bookmark.heard(b"\2", None)
    bookmark.kept_alive(b"\3")
    begins.append(bookmark.since)

    assert begins == [5, 1_700_000_000 - 600, 1_700_000_000 - 600]
