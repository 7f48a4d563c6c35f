"""What Salesforce has to be read for because events do not say which records changed: passes of the
reconciler, stored in one step with the cursor behind those events.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.passes import OVERLAP_SECONDS, Pass
from app.salesforce.change_events import CHANGES_UNLISTED, ChangeEvent

ENTITIES = ("Account", "Opportunity")
_AFTER_A_WILDCARD = {"Account": ("linked:all", "qualifying"), "Opportunity": ("qualifying",)}
"""Such as `001*`: a field's type was changed, which moves no SystemModstamp."""


def entities_of(channel: str) -> tuple[str, ...]:
    """Whose events the channel may carry: one entity, or any on a channel of several."""
    return tuple(e for e in ENTITIES if channel == f"/data/{e}ChangeEvent") or ENTITIES


def modified(entities: Iterable[str]) -> tuple[str, ...]:
    """The steps that read what was changed of them."""
    return tuple(f"modified:{entity}" for entity in entities)


def resync_names(entities: Iterable[str]) -> list[str]:
    """Of all passes that events of these entities may ask for."""
    return [name for e in entities for name in (f"resync:{e}", f"resync:{e}:all")]


def resyncs(events: Sequence[ChangeEvent]) -> list[Pass]:
    """For each event that stands for records that it does not name (facts: recordIds)."""
    unlisted = (e for e in events if e.unlisted and e.entity in ENTITIES)
    return [asked for event in unlisted for asked in _resyncs(event)]


def resyncs_of_unreadable(channel: str, since: int) -> list[Pass]:
    """For an event that cannot be decoded: whatever the channel carries, stamped since then."""
    cause = f"an event of {channel} could not be read"
    return [
        Pass(f"resync:{entity}", cause, modified((entity,)), since)
        for entity in entities_of(channel)
    ]


def merged(passes: Iterable[Pass]) -> list[Pass]:
    """One of each name, that covers all of its name."""
    found: dict[str, Pass] = {}
    for each in passes:
        found[each.name] = each.after(found.get(each.name))
    return list(found.values())


def _resyncs(event: ChangeEvent) -> Iterator[Pass]:
    """What an overflow did is not known at all, it may have been deletes; a wildcard's pass is
    another one, so that what is urgent does not rest with all that are linked.
    """
    wildcard = any("*" in record for record in event.record_ids)
    name = f"resync:{event.entity}"
    cause = (
        f"{event.change_type} of {event.entity} named no records "
        f"({', '.join(event.record_ids[:3]) or 'no ids'})"
    )
    since = event.commit_ms // 1000 - OVERLAP_SECONDS
    if not wildcard or event.change_type == CHANGES_UNLISTED:
        yield Pass(name, cause, (*modified((event.entity,)), "qualifying", "linked"), since)
    if wildcard:
        steps = _AFTER_A_WILDCARD[event.entity]
        yield Pass(f"{name}:all", cause, steps, since, patient="linked:all" in steps)
