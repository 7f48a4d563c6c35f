"""WHERE, ORDER BY and LIMIT against a plain reading of the same rules."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.salesforce.org import Org
from simulators.salesforce.query import run_query
from simulators.salesforce.records import create
from simulators.salesforce.recycling import delete
from simulators.salesforce.transaction import Transaction

WORDS = ["Acme", "acme", "Ajax", "Böhm", "O'Hara", "a%b", "x_y", "Zed"]
SIZES = [None, 0, 1, 5, 40]

Row = dict[str, Any]
Test = Callable[[Row], bool]


def _org() -> tuple[Org, list[Row]]:
    """An org of sixty accounts in trees of three, some with opportunities; and what is in it."""
    org = Org("integration@closedwon.example")
    transaction = Transaction(org, "")
    account, opportunity = (org.schema.objects[name] for name in ("Account", "Opportunity"))
    rows: list[Row] = []
    for number in range(60):
        parent = rows[number - 1] if number % 3 else None
        row: Row = {
            "Name": WORDS[number % len(WORDS)],
            "Site": WORDS[number * 3 % len(WORDS)] if number % 5 else None,
            "NumberOfEmployees": SIZES[number % len(SIZES)],
        }
        row["Id"] = create(
            transaction, account, {**row, "ParentId": parent["Id"] if parent else None}
        )
        row["Parent"] = parent
        row["Won"] = number % 4 == 0
        deal = {"Name": "A deal", "CloseDate": "2026-12-31", "AccountId": row["Id"]}
        stage = "Closed Won" if row["Won"] else "Closed Lost"
        create(transaction, opportunity, {**deal, "StageName": stage})
        rows.append(row)
    transaction.commit()
    return org, rows


ORG, ROWS = _org()


def _ids(soql: str, *, deleted: bool = False) -> list[str]:
    found = run_query(ORG, soql, "60.0", deleted=deleted)
    assert isinstance(found, list)
    return [row["Id"] for row in found]


def _value(row: Row, path: str) -> Any:
    *parents, name = path.split(".")
    current: Row | None = row
    for _ in parents:
        current = current["Parent"] if current else None
    return current[name] if current else None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


_PATHS = ["Name", "Site", "Parent.Name", "Parent.Parent.Site"]


@st.composite
def _text_tests(draw: st.DrawFn) -> tuple[str, Test]:
    path, word = draw(st.sampled_from(_PATHS)), draw(st.sampled_from([*WORDS, None]))
    if draw(st.booleans()):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
        lowered = {each.lower() for each in words}
        text = f"{path} IN ({', '.join(map(_quoted, words))})"
        return text, lambda row: (_value(row, path) or "").lower() in lowered
    sign = draw(st.sampled_from(["=", "!="]))
    text = f"{path} {sign} {'null' if word is None else _quoted(word)}"
    wanted = word and word.lower()

    def same(row: Row) -> bool:
        value = _value(row, path)
        return bool((value and value.lower()) == wanted)

    return text, same if sign == "=" else lambda row: not same(row)


@st.composite
def _number_tests(draw: st.DrawFn) -> tuple[str, Test]:
    sign, size = draw(st.sampled_from(["<", "<=", ">", ">="])), draw(st.sampled_from([0, 1, 5]))
    compare: dict[str, Callable[[int], bool]] = {
        "<": lambda value: value < size,
        "<=": lambda value: value <= size,
        ">": lambda value: value > size,
        ">=": lambda value: value >= size,
    }

    def holds(row: Row) -> bool:
        value = row["NumberOfEmployees"]
        return value is not None and compare[sign](value)

    return f"NumberOfEmployees {sign} {size}", holds


def _conditions() -> st.SearchStrategy[tuple[str, Test]]:
    def grow(inner: st.SearchStrategy[tuple[str, Test]]) -> st.SearchStrategy[tuple[str, Test]]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            inner.map(lambda pair: (f"(NOT ({pair[0]}))", lambda row: not pair[1](row))),
            several.map(lambda pairs: _joined(" AND ", all, pairs)),
            several.map(lambda pairs: _joined(" OR ", any, pairs)),
        )

    return st.recursive(st.one_of(_text_tests(), _number_tests()), grow, max_leaves=5)


def _joined(word: str, how: Any, pairs: list[tuple[str, Test]]) -> tuple[str, Test]:
    text = word.join(f"({text})" for text, _ in pairs)
    return f"({text})", lambda row: how(test(row) for _, test in pairs)


@given(_conditions())
def test_a_condition_selects_the_rows_for_which_it_holds(condition: tuple[str, Test]) -> None:
    text, holds = condition

    found = _ids(f"SELECT Id FROM Account WHERE {text}")

    assert found == [row["Id"] for row in ROWS if holds(row)]


@given(_conditions(), st.booleans())
def test_a_semi_join_and_a_condition_hold_together(
    condition: tuple[str, Test], negated: bool
) -> None:
    text, holds = condition
    word = "NOT IN" if negated else "IN"
    join = f"Id {word} (SELECT AccountId FROM Opportunity WHERE IsWon = true)"

    found = _ids(f"SELECT Id FROM Account WHERE {text} AND {join}")

    assert found == [row["Id"] for row in ROWS if holds(row) and row["Won"] != negated]


@given(st.lists(st.sampled_from(ROWS), min_size=1, max_size=5), _conditions())
def test_rows_chosen_by_id_must_meet_the_rest_too(
    chosen: list[Row], condition: tuple[str, Test]
) -> None:
    text, holds = condition
    ids = ", ".join(_quoted(row["Id"][:15]) for row in chosen)

    found = _ids(f"SELECT Id FROM Account WHERE Id IN ({ids}) AND {text}")

    wanted = {row["Id"] for row in chosen if holds(row)}
    assert set(found) == wanted
    assert len(found) == len(wanted)


@given(
    st.sampled_from(["Site", "NumberOfEmployees", "Parent.Name"]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 70),
    st.integers(0, 70),
)
def test_order_limit_and_offset(
    path: str, descending: bool, nulls_last: bool, limit: int, offset: int
) -> None:
    how = f"{'DESC' if descending else 'ASC'} NULLS {'LAST' if nulls_last else 'FIRST'}"
    soql = f"SELECT Id FROM Account ORDER BY {path} {how}, Id LIMIT {limit} OFFSET {offset}"

    found = _ids(soql)

    def folded(row: Row) -> Any:
        value = _value(row, path)
        return value.lower() if isinstance(value, str) else value

    rows = sorted(ROWS, key=lambda row: row["Id"])
    empty = [row for row in rows if folded(row) is None]
    filled = [row for row in rows if folded(row) is not None]
    filled.sort(key=folded, reverse=descending)
    ordered = filled + empty if nulls_last else empty + filled
    assert found == [row["Id"] for row in ordered[offset : offset + limit]]


def test_groups_are_counted() -> None:
    soql = "SELECT Site, COUNT(Id) number FROM Account GROUP BY Site ORDER BY COUNT(Id) DESC"

    found = run_query(ORG, soql, "60.0", deleted=False)

    sites = [(row["Site"] or "").lower() for row in ROWS]
    assert isinstance(found, list)
    assert {(row["Site"] or "").lower(): row["number"] for row in found} == {
        site: sites.count(site) for site in sites
    }
    assert [row["number"] for row in found] == sorted(map(sites.count, set(sites)), reverse=True)


@pytest.mark.parametrize("deleted", [True, False])
def test_the_recycle_bin_is_for_query_all(deleted: bool) -> None:
    org, rows = _org()
    transaction = Transaction(org, "")
    delete(transaction, org.schema.objects["Account"], rows[-1]["Id"])
    transaction.commit()

    found = run_query(org, "SELECT COUNT() FROM Account", "60.0", deleted=deleted)

    assert found == (60 if deleted else 59)


def test_ids_that_differ_in_capitals_are_different_and_in_order() -> None:
    soql = "SELECT AccountId, COUNT(Id) number FROM Opportunity GROUP BY AccountId"

    grouped = run_query(ORG, soql, "60.0", deleted=False)
    paged: list[str] = []
    while page := _ids(
        f"SELECT Id FROM Account WHERE Id > '{[*['0' * 15], *paged][-1]}' ORDER BY Id LIMIT 7"
    ):
        paged += page

    assert isinstance(grouped, list)
    assert len(grouped) == len(ROWS)
    assert paged == [row["Id"] for row in ROWS]
