"""What the reconciler is asked for because of events that do not say which records changed."""

import pytest

from app.passes import OVERLAP_SECONDS, Pass
from app.salesforce.change_events import ChangeEvent
from workers.resync import entities_of, merged, resync_names, resyncs, resyncs_of_unreadable

COMMIT = 1_700_000_000


def _event(entity: str, kind: str, *ids: str) -> ChangeEvent:
    return ChangeEvent(entity, ids, kind, (), (), (), COMMIT * 1000, "", "", "a transaction")


@pytest.mark.parametrize(
    ("channel", "entities"),
    [
        ("/data/AccountChangeEvent", ("Account",)),
        ("/data/OpportunityChangeEvent", ("Opportunity",)),
        ("/data/ChangeEvents", ("Account", "Opportunity")),
        ("/data/Sales__chn", ("Account", "Opportunity")),
    ],
)
def test_a_channel_carries_what_its_name_says_or_anything(
    channel: str, entities: tuple[str, ...]
) -> None:
    assert entities_of(channel) == entities


@pytest.mark.parametrize(
    ("event", "steps"),
    [
        (
            _event("Account", "GAP_OVERFLOW", "000000000000000AAA"),
            ("modified:Account", "qualifying", "linked"),
        ),
        (
            _event("Opportunity", "UPDATE", "000000000000000AAA"),
            ("modified:Opportunity", "qualifying", "linked"),
        ),
        (_event("Account", "UPDATE"), ("modified:Account", "qualifying", "linked")),
    ],
)
def test_what_is_read_follows_from_what_may_have_happened(
    event: ChangeEvent, steps: tuple[str, ...]
) -> None:
    (asked,) = resyncs([event])

    assert asked.name == f"resync:{event.entity}"
    assert asked.steps == steps
    assert asked.since == COMMIT - OVERLAP_SECONDS
    assert asked.ready


@pytest.mark.parametrize(
    ("event", "steps", "patient"),
    [
        (_event("Account", "UPDATE", "001*"), ("linked:all", "qualifying"), True),
        (_event("Opportunity", "UPDATE", "006*", "006x"), ("qualifying",), False),
    ],
)
def test_a_wildcard_asks_for_a_pass_of_its_own(
    event: ChangeEvent, steps: tuple[str, ...], patient: bool
) -> None:
    (asked,) = resyncs([event])

    assert asked.name == f"resync:{event.entity}:all"
    assert (asked.steps, asked.patient, asked.is_gap) == (steps, patient, True)
    assert asked.name in resync_names((event.entity,))


def test_what_an_overflow_did_does_not_rest_with_what_a_wildcard_did() -> None:
    events = [_event("Account", "UPDATE", "001*"), _event("Account", "GAP_OVERFLOW", "001*")]

    patient, urgent = merged(resyncs(events))

    assert (patient.name, patient.patient) == ("resync:Account:all", True)
    assert (urgent.name, urgent.patient) == ("resync:Account", False)
    assert urgent.steps == ("modified:Account", "qualifying", "linked")


def test_events_that_name_their_records_or_other_objects_ask_for_nothing() -> None:
    events = [_event("Account", "GAP_UPDATE", "001x"), _event("Contact", "UPDATE", "003*")]

    assert resyncs(events) == []


def test_an_event_that_cannot_be_read_may_be_about_anything_on_its_channel() -> None:
    asked = resyncs_of_unreadable("/data/ChangeEvents", since=7)

    assert [(each.name, each.steps, each.since) for each in asked] == [
        ("resync:Account", ("modified:Account",), 7),
        ("resync:Opportunity", ("modified:Opportunity",), 7),
    ]


def test_of_several_of_a_name_one_is_asked_for_that_covers_all() -> None:
    given = [
        Pass("resync:Account", "a", ("linked",), since=9),
        Pass("resync:Opportunity", "b", ("qualifying",), since=8),
        Pass("resync:Account", "c", ("modified:Account",), since=10),
    ]

    account, opportunity = merged(given)

    assert (account.since, account.steps) == (9, ("linked", "modified:Account"))
    assert opportunity == given[1]
