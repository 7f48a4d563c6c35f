"""What the simulated SuiteQL reads before SQLite does."""

import pytest

from simulators.netsuite.syntax import Unsupported, parse


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("SELECT id FROM customer", {"customer": "customer"}),
        ("SELECT c.id FROM Customer AS C", {"c": "customer"}),
        ("SELECT 1 FROM a x, b, c AS z WHERE x.i = b.i", {"x": "a", "b": "b", "z": "c"}),
        (
            "SELECT 1 FROM a JOIN b ON a.i = b.i LEFT JOIN c q ON 1 = 1",
            {"a": "a", "b": "b", "q": "c"},
        ),
        ('SELECT 1 FROM "customer" "k"', {"k": "customer"}),
        ("SELECT 1 FROM a WHERE i IN (SELECT j FROM b)", {"a": "a", "b": "b"}),
    ],
)
def test_the_sources_of_a_query_are_known_by_their_alias(
    text: str, sources: dict[str, str]
) -> None:
    query = parse(text)

    assert query.sources == sources


def test_words_in_texts_and_comments_are_no_words() -> None:
    text = "SELECT id FROM customer /* LIMIT 1 */ WHERE companyname = 'WITH; ?' -- PRAGMA"

    query = parse(text)

    assert query.marks == 0
    assert "limit" not in query.names
    assert query.sql.endswith("companyname = 'WITH; ?'")


def test_marks_are_counted_outside_of_texts() -> None:
    text = "SELECT id FROM customer WHERE a = ? AND b = '?' AND c IN (?, ?)"

    query = parse(text)

    assert query.marks == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   -- nothing",
        "VALUES (1)",
        "SELECT 'open FROM customer",
        "SELECT [id] FROM customer",
        "SELECT `id` FROM customer",
        "SELECT id FROM customer WHERE a = :name",
        "SELECT id FROM customer WHERE a @> b",
        'SELECT "a]b" FROM customer',
        "SELECT id FROM customer WHERE d > TIMESTAMP '2020-01-01 00:00:00'",
        "SELECT id FROM customer WHERE a GLOB 'x*'",
        "SELECT id FROM customer WHERE a COLLATE NOCASE = 'x'",
    ],
)
def test_other_dialects_are_unsupported(text: str) -> None:
    with pytest.raises(Unsupported):
        parse(text)


def test_values_are_counted_within_their_own_list() -> None:
    full = ", ".join(["1"] * 1000)

    two_lists = parse("SELECT 1 FROM a WHERE b IN (*) AND c IN (*)".replace("*", full))
    with pytest.raises(Unsupported, match="1000"):
        parse("SELECT 1 FROM a WHERE b IN (*, NVL(2, 3))".replace("*", full))

    assert two_lists.marks == 0
