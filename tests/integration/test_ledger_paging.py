"""Pages of letters, and what is found among very many."""

from collections.abc import Iterator

import pytest
from redis import Redis

from app.letters import DeadLetter, LetterFilter, LetterPage, Letters
from app.terms import By, Letter
from tests.dead_accounts import dead_accounts
from tests.integration.ledger_desk import ANN, Desk
from tests.integration.planted_letters import BEGAN_MS, account, plant

REJECTED = {"cause": "RecordRejected", "words": "NetSuite refuses the name.", "said": "INVALID_KEY"}
AMBIGUOUS = {"cause": "AmbiguousMatch", "words": "Two Customers have that name.", "said": ""}
UMLAUTS = {"cause": "RecordRejected", "words": "Der Name ist ÜBERLANG: 50 % _ zu viel.", "said": ""}


def pages(letters: Letters, wanted: LetterFilter, limit: int) -> Iterator[LetterPage]:
    page = letters.page(wanted, limit=limit)
    yield page
    while page.next:
        page = letters.page(wanted, page.next, limit)
        yield page


def all_of(letters: Letters, wanted: LetterFilter, limit: int = 50) -> list[str]:
    return [one.account for page in pages(letters, wanted, limit) for one in page.letters]


def ids(found: list[DeadLetter]) -> list[str]:
    return [letter.account for letter in found]


@pytest.mark.parametrize("alike", [1, 7, 1000])
@pytest.mark.parametrize("limit", [1, 10, 99, 100, 101, 230])
def test_pages_follow_on_each_other_without_a_gap(redis: Redis, alike: int, limit: int) -> None:
    planted = plant(redis, 230, [REJECTED, AMBIGUOUS], alike=alike)
    letters = Letters(redis)

    found = list(pages(letters, LetterFilter(), limit))

    assert [one for page in found for one in ids(page.letters)] == planted[::-1]
    assert {page.total for page in found} == {230}
    assert all(page.looked_at == len(page.letters) for page in found)
    assert all_of(letters, LetterFilter("RecordRejected"), limit) == planted[::2][::-1]
    assert letters.page(LetterFilter("RecordRejected"), limit=limit).total == 115


@pytest.mark.parametrize("alike", [1, 1000])
def test_pages_are_stable_while_letters_come_and_go(desk: Desk, alike: int) -> None:
    planted = plant(desk.redis, 60, [REJECTED], alike=alike)
    letters = Letters(desk.redis)
    first = letters.page(LetterFilter(), limit=20)

    desk.ledger.requeue([*planted[25:45], *planted[5:10]], ANN)
    desk.ledger.dead(desk.take(planted[30], "upsert"), Letter("RecordRejected", "again"))
    desk.ledger.dead(desk.open_and_take(account(99), "upsert"), Letter("RecordRejected", "new"))
    second = letters.page(LetterFilter(), first.next, 20)

    assert ids(first.letters) == planted[40:60][::-1]
    assert ids(second.letters) == [*planted[:5], *planted[10:25]][::-1]
    assert second.next is None
    assert ids(letters.page(LetterFilter(), limit=2).letters) == [account(99), planted[30]]


def test_letters_dead_and_on_trial_are_one_list_by_when_they_died(desk: Desk) -> None:
    planted = plant(desk.redis, 300, [REJECTED, AMBIGUOUS], alike=3)
    letters, wanted = Letters(desk.redis), LetterFilter(state="all")
    desk.ledger.requeue(planted[::3], ANN)

    found = list(pages(letters, wanted, 70))

    assert [one for page in found for one in ids(page.letters)] == planted[::-1]
    assert {page.total for page in found} == {300}
    assert all_of(letters, LetterFilter(state="again")) == planted[::3][::-1]
    of_cause = letters.page(LetterFilter("AmbiguousMatch", state="again"), limit=500)
    assert ids(of_cause.letters) == [a for a in planted[::3] if a in planted[1::2]][::-1]
    assert (of_cause.total, of_cause.looked_at) == (None, 100)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("refuses THE name", [0]),
        ("invalid_key", [0]),
        ("two customers", [1]),
        ("überlang", [2]),
        ("ÜBERLANG", [2]),
        ("50 % _", [2]),
        ("asked ann", [1]),
        ("%a", []),
        (".", [0, 1, 2]),
        ("nothing of that", []),
    ],
)
def test_a_text_is_found_in_all_that_is_said(desk: Desk, text: str, found: list[int]) -> None:
    planted = plant(desk.redis, 3, [REJECTED, AMBIGUOUS, UMLAUTS])
    desk.ledger.note(planted[1], ANN, comment="Asked Ann for it")

    page = Letters(desk.redis).page(LetterFilter(text=text))

    assert ids(page.letters) == [planted[n] for n in reversed(found)]
    assert (page.total, page.looked_at, page.next) == (None, 3, None)


def test_filters_hold_together(desk: Desk) -> None:
    planted = plant(desk.redis, 8, [REJECTED, AMBIGUOUS])
    desk.ledger.note(planted[0], ANN, assigned="bob")
    desk.ledger.note(planted[1], ANN, assigned="bob")
    desk.ledger.note(planted[2], ANN, assigned="bobby")
    letters = Letters(desk.redis)

    assert all_of(letters, LetterFilter(assigned="bob")) == planted[:2][::-1]
    assert all_of(letters, LetterFilter("RecordRejected", assigned="bob")) == planted[:1]
    assert all_of(letters, LetterFilter("RecordRejected", text="two customers")) == []
    assert all_of(letters, LetterFilter(stage="upsert")) == planted[::-1]
    assert all_of(letters, LetterFilter(stage="ingest")) == []


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_of_chosen_accounts_those_with_a_letter_are_found(desk: Desk, limit: int) -> None:
    planted = plant(desk.redis, 40, [REJECTED, AMBIGUOUS], alike=5)
    chosen = [planted[3], planted[30], account(9_999), planted[12], planted[31], planted[3]]
    desk.ledger.requeue([planted[12]], ANN)
    letters = Letters(desk.redis)

    of_dead = all_of(letters, LetterFilter(accounts=chosen), limit)
    of_all = all_of(letters, LetterFilter(accounts=chosen, state="all"), limit)

    assert of_dead == [planted[31], planted[30], planted[3]]
    assert of_all == [planted[31], planted[30], planted[12], planted[3]]
    assert all_of(letters, LetterFilter("AmbiguousMatch", accounts=chosen)) == [
        planted[31],
        planted[3],
    ]
    assert all_of(letters, LetterFilter(accounts=[])) == []


def test_causes_are_counted_with_their_oldest_and_newest(desk: Desk) -> None:
    planted = plant(desk.redis, 10, [REJECTED, REJECTED, AMBIGUOUS, REJECTED, REJECTED])

    causes = Letters(desk.redis).causes()

    assert [(cause.cause, cause.count) for cause in causes] == [
        ("RecordRejected", 8),
        ("AmbiguousMatch", 2),
    ]
    assert [(cause.oldest, cause.newest) for cause in causes] == [
        (BEGAN_MS / 1000, (BEGAN_MS + 9) / 1000),
        ((BEGAN_MS + 2) / 1000, (BEGAN_MS + 7) / 1000),
    ]
    desk.ledger.requeue(planted[2::5], By("ann"))
    assert [cause.cause for cause in Letters(desk.redis).causes()] == ["RecordRejected"]


def test_the_dead_come_the_first_dead_first(redis: Redis) -> None:
    planted = plant(redis, 3000, [REJECTED, AMBIGUOUS], alike=10)
    letters = Letters(redis)

    assert dead_accounts(letters) == planted
    assert dead_accounts(letters, "AmbiguousMatch") == planted[1::2]
    assert dead_accounts(letters, "WorkerLost") == []


def test_a_letter_counts_all_that_wait_behind_it(desk: Desk) -> None:
    top, child, grandchild = account(1), account(2), account(3)
    desk.wait_for_parent(grandchild, child)
    desk.wait_for_parent(child, top)
    desk.ledger.dead(desk.take(top, "upsert"), Letter("RecordRejected", "no"))
    letters = Letters(desk.redis)

    found = letters.page(LetterFilter()).letters

    assert [(letter.account, letter.waiting) for letter in found] == [(top, 2)]


def test_behind_very_many_that_wait_nobody_is_looked_for(desk: Desk) -> None:
    [dead] = plant(desk.redis, 1, [REJECTED])
    desk.redis.sadd(f"cw:waiting:{dead}", *(account(n) for n in range(10_001)))
    desk.redis.sadd(f"cw:waiting:{account(5)}", account(20_000))

    letter = Letters(desk.redis).get(dead)

    assert letter
    assert letter.waiting == 10_001
