"""Criteria as they are saved and published, on a real Redis."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from redis import Redis

from app.audit import Audit, AuditEntry
from app.criteria import Criteria
from app.errors import RecordNotFound, RecordRejected
from app.flow import Criterion, Qualification
from app.passes import Passes
from app.saved_criteria import CriteriaUnreadable
from app.terms import By

ANN, BEN = By("ann", "the board wants it"), By("ben")
WON = Qualification()


def named(stage: str) -> Qualification:
    return Qualification(criteria=(Criterion(field="StageName", values=(stage,)),))


def entries(redis: Redis) -> list[AuditEntry]:
    """The oldest first."""
    return Audit(redis).entries().entries[::-1]


@pytest.fixture
def criteria(redis: Redis) -> Criteria:
    """As a process has them that was started long ago."""
    return Criteria(redis, WON)


def test_until_something_is_published_the_flow_file_holds(criteria: Criteria) -> None:
    criteria.save(named("Signed"), ANN)

    assert criteria.current() == WON
    assert criteria.published() is None


def test_what_is_published_holds_in_every_process_without_a_restart(
    redis: Redis, criteria: Criteria
) -> None:
    other = Criteria(redis, WON)
    before = other.current()

    saved = criteria.publish(criteria.save(named("Signed"), ANN).version, BEN)

    assert (before, other.current()) == (WON, named("Signed"))
    assert other.published() == saved
    assert saved.by == "ben"
    assert other.draft() is None


def test_whoever_publishes_asks_for_a_pass_over_all_who_qualify(
    redis: Redis, criteria: Criteria
) -> None:
    earlier = criteria.publish(criteria.save(named("Signed"), ANN).version, ANN)
    first = Passes(redis).get("criteria")

    criteria.publish(criteria.save(named("Sealed"), ANN).version, ANN)

    second = Passes(redis).get("criteria")
    assert first
    assert second
    assert (second.steps, second.patient, second.position) == (("qualifying",), True, "")
    assert first.asked != second.asked, "a page that was read for the first is not stored"
    assert earlier.version in first.cause


@pytest.mark.parametrize("version", ["", "00000000", "what was there before"])
def test_an_old_draft_is_not_published(redis: Redis, criteria: Criteria, version: str) -> None:
    old = criteria.save(named("Signed"), ANN)
    new = criteria.save(named("Sealed"), BEN)

    with pytest.raises(RecordRejected, match=rf"ben saved version {new.version}"):
        criteria.publish(old.version if "before" in version else version, ANN)

    assert criteria.current() == WON
    assert criteria.draft() == new
    assert Passes(redis).all() == []


def test_without_a_draft_nothing_is_published(criteria: Criteria) -> None:
    saved = criteria.save(named("Signed"), ANN)

    dropped = [criteria.drop(BEN), criteria.drop(BEN)]

    assert dropped == [True, False]
    with pytest.raises(RecordNotFound, match="save one first"):
        criteria.publish(saved.version, ANN)


def test_a_draft_that_many_publish_at_once_is_published_once(
    redis: Redis, criteria: Criteria
) -> None:
    version = criteria.save(named("Signed"), ANN).version
    processes = [Criteria(redis, WON) for _ in range(20)]

    with ThreadPoolExecutor(20) as pool:
        published = list(pool.map(lambda one: one.publish(version, BEN), processes))

    assert len({saved.at for saved in published}) == 1
    assert [entry.what for entry in entries(redis)] == ["criteria draft", "criteria publish"]


def test_of_a_draft_that_is_published_and_replaced_at_once_the_published_one_holds(
    redis: Redis, criteria: Criteria
) -> None:
    for number in range(30):
        stage = f"Signed {number}"
        version = criteria.save(named(stage), ANN).version

        with ThreadPoolExecutor(2) as pool:
            publishing = pool.submit(Criteria(redis, WON).publish, version, ANN)
            saving = pool.submit(Criteria(redis, WON).save, named("Sealed"), BEN)

        refused = publishing.exception()
        assert refused is None or isinstance(refused, RecordRejected)
        assert (criteria.current() == named(stage)) == (refused is None)
        assert criteria.draft() == saving.result()


def test_every_change_is_audited_in_words(redis: Redis, criteria: Criteria) -> None:
    first = criteria.save(named("Signed"), ANN)
    second = criteria.save(named("Sealed"), BEN)
    criteria.publish(second.version, ANN)
    third = criteria.save(named("Signed"), BEN)
    criteria.drop(ANN)

    signed = [f"StageName = Signed (version {one.version})" for one in (first, third)]
    sealed = f"StageName = Sealed (version {second.version})"
    assert [(e.who, e.why, e.what, e.before, e.after) for e in entries(redis)] == [
        ("ann", ANN.why, "criteria draft", "", signed[0]),
        ("ben", "", "criteria draft", signed[0], sealed),
        ("ann", ANN.why, "criteria publish", "IsWon = true (flow file)", sealed),
        ("ben", "", "criteria draft", "", signed[1]),
        ("ann", ANN.why, "criteria drop", signed[1], ""),
    ]


def test_dates_stay_dates(redis: Redis, criteria: Criteria) -> None:
    values = (date(2026, 1, 31), datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31", 5, 0.5, True)
    wanted = Qualification(
        match="any", criteria=tuple(Criterion(field="F", values=(value,)) for value in values)
    )

    criteria.publish(criteria.save(wanted, ANN).version, ANN)

    held = Criteria(redis, WON).current()
    assert [one.values[0] for one in held.criteria] == list(values)
    assert [type(one.values[0]) for one in held.criteria] == [type(value) for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"qualification":{"match":"most","criteria":[]},"version":"1","by":"ann","at":1}',
        '{"qualification":{"rules":[]},"version":"1","by":"ann","at":1}',
        '{"qualification":{"criteria":[{"field":"A","values":[{"date":5}]}]},"version":"1"}',
    ],
)
def test_what_another_version_published_is_an_error_that_says_how_to_mend_it(
    redis: Redis, criteria: Criteria, text: str
) -> None:
    redis.set("cw:criteria", text)

    with pytest.raises(CriteriaUnreadable, match="closedwon criteria set") as refused:
        criteria.current()

    assert criteria.warnings() == [str(refused.value).rstrip(".")]
    criteria.publish(criteria.save(named("Signed"), ANN).version, ANN)
    assert criteria.current() == named("Signed")
    assert entries(redis)[-1].before == "criteria that this version cannot read"


def test_a_flow_file_that_was_changed_after_others_were_published_is_told(
    redis: Redis, criteria: Criteria
) -> None:
    unpublished = Criteria(redis, named("Lost")).warnings()

    criteria.publish(criteria.save(named("Signed"), ANN).version, ANN)

    assert unpublished == criteria.warnings() == []
    (warning,) = Criteria(redis, named("Lost")).warnings()
    assert "ann published others" in warning
    assert "closedwon criteria set --flow-file" in warning
    assert Criteria(redis, named("Signed")).warnings() == [], "they do not differ"


def test_whoever_publishes_what_the_flow_file_says_goes_by_the_file_again(
    redis: Redis, criteria: Criteria
) -> None:
    criteria.publish(criteria.save(named("Signed"), ANN).version, ANN)

    criteria.publish(criteria.save(WON, BEN).version, BEN)

    changed = Criteria(redis, named("Lost"))
    assert (criteria.published(), criteria.draft()) == (None, None)
    assert changed.current() == named("Lost")
    assert changed.warnings() == []
    last = entries(redis)[-1]
    assert last.before.startswith("StageName = Signed (version ")
    assert (last.what, last.after) == ("criteria publish", "IsWon = true (flow file)")
    assert [one.steps for one in Passes(redis).all()] == [("qualifying",)]
