"""Targets: the Avro payloads of change events, and their schemas."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from app.salesforce.change_events import ChangeEvent, ChangeEventDecoder
from proof.faults.fuzz import avro
from proof.faults.fuzz.event_inputs import (
    SCHEMA,
    SCHEMA_TEXT,
    WELL_FORMED,
    payloads,
    schema_texts,
)
from proof.faults.fuzz.feeding import Check, fed
from proof.faults.fuzz.target import FuzzTarget, Nonsense


@contextmanager
def _payloads() -> Iterator[Check]:
    decoder = ChangeEventDecoder(lambda schema_id: SCHEMA_TEXT)

    def check(payload: bytes) -> None:
        _ensure_meant(decoder.decode("one", payload), payload)

    yield check


def _ensure_meant(event: ChangeEvent, payload: bytes) -> None:
    """
    Raises:
        Nonsense: the event says something else than its bytes.
    """
    try:
        header = avro.decode(SCHEMA, payload)["ChangeEventHeader"]
    except ValueError as wrong:
        raise Nonsense(f"an event is taken although {wrong}") from None
    said = (event.entity, event.record_ids, event.change_type, event.commit_ms)
    meant = tuple(header[n] for n in ("entityName", "recordIds", "changeType", "commitTimestamp"))
    if said != (meant[0], tuple(meant[1]), *meant[2:]):
        raise Nonsense("an event says something else than its bytes")
    if (event.change_type != "UPDATE") and event.touched_fields and not header["changedFields"]:
        return
    known = {field["name"] for field in SCHEMA["fields"]}
    if any(name.partition(".")[0] not in known for name in event.touched_fields):
        raise Nonsense("an event names a field that its schema has not")


@contextmanager
def _schemas() -> Iterator[Check]:
    def check(given: tuple[str, bytes]) -> None:
        schema, payload = given
        ChangeEventDecoder(lambda schema_id: schema).decode("\ud800\n" + schema[:3], payload)

    yield check


def _text(altered: Callable[[bytes], bytes], text: str) -> str:
    return altered(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


PAYLOADS = FuzzTarget(
    "avro payloads",
    "payloads of change events under a good schema, held against a strict decoder",
    fed(
        "avro payloads",
        payloads(),
        _payloads,
        vary=lambda payload, altered: altered(payload),
        most=9,
    ),
    share=26,
)
SCHEMAS = FuzzTarget(
    "avro schemas",
    "schemas of change events, put out of shape, with payloads of the good one",
    fed(
        "avro schemas",
        st.tuples(schema_texts(), WELL_FORMED),
        _schemas,
        vary=lambda given, altered: (_text(altered, given[0]), given[1]),
        most=5,
    ),
    share=6,
)
