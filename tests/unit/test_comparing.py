"""What NetSuite holds beside what is asked for: what only looks different is no difference."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Payload
from app.netsuite.comparing import ADDRESS_PARTS, Difference, Standing, differences

LABEL = "Billing (Salesforce)"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text
)
NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.none() | TEXTS | st.booleans() | NUMBERS | st.builds(lambda n: {"id": str(n)}, NUMBERS)
FIELDS = st.sampled_from(["companyName", "url", "comments", "terms", "custentity_x", "parent"])
PARTS = st.dictionaries(st.sampled_from(ADDRESS_PARTS), st.none() | TEXTS)


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    body: dict[str, object] = dict(draw(st.dictionaries(FIELDS, VALUES)))
    if draw(st.booleans()):
        item = {"label": LABEL, "defaultBilling": True, "addressBookAddress": draw(PARTS)}
        body["addressBook"] = {"items": [item]}
    further = draw(st.lists(st.sampled_from(["2", "3", "4"]), unique=True))
    return Payload(body, once={"isPerson": False}, subsidiaries=tuple(further))


def as_held(value: object) -> str | None:
    """A value of the record API as SuiteQL gives it."""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, dict):
        return str(value["id"])
    if isinstance(value, int | float):
        return str(Decimal(str(value)).normalize())
    return None if value is None else f"{value} "


def held(values: Mapping[str, object]) -> dict[str, str]:
    found = {name.lower(): as_held(value) for name, value in values.items()}
    return {name: text for name, text in found.items() if text is not None}


def moved_on(ours: object, found: Standing, name: str, other: str) -> str:
    """Another value of the kind, as a query gives it."""
    if isinstance(ours, bool):
        return "F" if ours else "T"
    return f"{other} {found.fields.get(name.lower(), '')}|"


def standing(payload: Payload) -> Standing:
    """What stands there right after the payload was written."""
    fields = {name: value for name, value in payload.body.items() if name != "addressBook"}
    lines: tuple[Mapping[str, str], ...] = ({"label": "Dock", "city": "Kiel"},)
    book = payload.body.get("addressBook")
    if isinstance(book, dict):
        parts = book["items"][0]["addressBookAddress"]
        lines = (*lines, {"label": LABEL.upper(), **held(parts)})
    return Standing(
        "12",
        compared=frozenset(name.lower() for name in fields),
        fields=held(fields),
        lines=lines,
        subsidiaries=frozenset(("1", *payload.subsidiaries)),
    )


@given(payloads())
def test_what_was_written_has_no_difference(payload: Payload) -> None:
    found = standing(payload)

    assert differences(payload, found) == []


@given(payloads(), TEXTS, st.data())
def test_each_field_that_was_changed_is_found_and_no_other(
    payload: Payload, other: str, data: st.DataObject
) -> None:
    fields = [name for name in payload.body if name != "addressBook"]
    found = standing(payload)
    changed = data.draw(st.sets(st.sampled_from(fields))) if fields else set()
    moved = {name.lower(): moved_on(payload.body[name], found, name, other) for name in changed}

    told = differences(payload, Standing("12", found.compared, {**found.fields, **moved}))

    assert {one.field for one in told} == changed


@given(payloads())
def test_what_was_not_read_is_not_compared(payload: Payload) -> None:
    assert differences(payload, Standing("12")) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (None, ""),
        ("Acme", "Acme  "),
        (5, "5"),
        (5.0, "5"),
        (0.1, ".1"),
        (True, "T"),
        (False, None),
        (False, "F"),
        ({"id": "7"}, "7"),
    ],
)
def test_spellings_of_a_query_are_no_difference(ours: object, theirs: str | None) -> None:
    fields = {} if theirs is None else {"custentity_x": theirs}
    found = Standing("12", frozenset(["custentity_x"]), fields)

    assert differences(Payload({"custentity_x": ours}), found) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("Acme", "ACME", ("Acme", "ACME")),
        ("Acme", None, ("Acme", None)),
        (None, "Acme", (None, "Acme")),
        (5, "6", ("5", "6")),
        (5, "five", ("5", "five")),
        (True, None, ("true", "false")),
        (False, "T", ("false", "true")),
        ({"id": "7"}, "8", ("7", "8")),
        (None, "7", (None, "7")),
    ],
)
def test_another_value_is_told_as_people_read_it(
    ours: object, theirs: str | None, said: tuple[str | None, str | None]
) -> None:
    fields = {} if theirs is None else {"custentity_x": theirs}
    found = Standing("12", frozenset(["custentity_x"]), fields)

    told = differences(Payload({"custentity_x": ours}), found)

    assert told == [Difference("custentity_x", *said)]


@pytest.mark.parametrize("theirs", ["(030) 123-4567", "030 123 45 67", "030.123.4567"])
def test_a_phone_in_the_accounts_own_format_is_the_same(theirs: str) -> None:
    found = Standing("12", frozenset(["phone"]), {"phone": theirs})

    assert differences(Payload({"phone": "030 1234567"}), found) == []
    assert differences(Payload({"phone": "030 1234568"}), found)


def test_what_only_updates_send_is_no_difference() -> None:
    payload = Payload({"comments": "Hot"}, updates_only=frozenset(["comments"]))

    told = differences(payload, Standing("12", frozenset(["comments"]), {"comments": "Cold"}))

    assert told == []


def test_the_oldest_line_of_our_label_is_the_one_that_counts() -> None:
    item = {"label": LABEL, "addressBookAddress": {"city": "Bonn", "country": {"id": "DE"}}}
    payload = Payload({"addressBook": {"items": [item]}})
    oldest = {"label": LABEL, "city": "Bonn", "country": "AT"}
    found = Standing("12", lines=(oldest, {"label": LABEL, "city": "Köln", "country": "DE"}))

    told = differences(payload, found)

    assert told == [Difference(f"addressBook[{LABEL}].country", "DE", "AT")]


def test_a_line_that_is_missing_is_one_difference() -> None:
    item = {"label": LABEL, "addressBookAddress": {"addr1": "1 Main St", "city": "Bonn"}}
    payload = Payload({"addressBook": {"items": [item]}})

    told = differences(payload, Standing("12", lines=()))

    assert told == [Difference(f"addressBook[{LABEL}]", "1 Main St, Bonn", None)]


def test_a_subsidiary_more_than_ours_is_no_difference() -> None:
    payload = Payload({}, subsidiaries=("2", "3"))

    told = differences(payload, Standing("12", subsidiaries=frozenset(("1", "2"))))

    assert told == [Difference("subsidiaries", "3", "1, 2")]


def test_the_primary_subsidiary_is_compared_where_it_was_read() -> None:
    payload = Payload({"subsidiary": {"id": "3"}})

    assert differences(payload, Standing("12")) == []
    told = differences(payload, Standing("12", primary="1"))
    assert told == [Difference("subsidiary", "3", "1")]
