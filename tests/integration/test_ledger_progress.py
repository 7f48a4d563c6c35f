"""What is stored with the rows it opens: how far a pass has come, and what a listener asks for. And
who is refused.
"""

from collections.abc import Sequence

import pytest
from redis import Redis

from app.ledger import Ledger
from app.passes import Pass, Passes
from app.scripts import run_script
from app.terms import ORDERS_PER_SCRIPT, Cursor, Nudge, Order, Progress, Superseded
from tests.integration.ledger_desk import Desk

A, B = "001000000000001AAA", "001000000000002AAA"
CHANNEL = "/data/AccountChangeEvent"
BEGUN = Pass("sweep", "every 15 minutes", ("modified:Account",), since=1_795_000_000)
GONE_ON = Pass("sweep", "every 15 minutes", ("modified:Account",), position="5", read=2000)
ASKED = Pass("resync:Account", "an overflow", ("qualifying", "linked"))
MANY = [Order(f"001{n:012}AAA", "newer") for n in range(ORDERS_PER_SCRIPT + 1)]


def stored(redis: Redis) -> dict[str, Pass]:
    return {found.name: found for found in Passes(redis).all()}


def begin(redis: Redis, name: str = BEGUN.name) -> str:
    """A pass that was asked for → as it lies in Redis."""
    redis.hset("cw:passes", name, BEGUN.stored())
    return BEGUN.stored()


def test_a_page_and_the_place_behind_it_are_one_step(desk: Desk) -> None:
    progress = Progress("sweep", begin(desk.redis), GONE_ON.stored(), {"Account": 1_795_000_000})

    desk.ledger.open([Order(A, "newer"), Order(B, "newer")], progress=progress)

    assert [desk.row(account)["state"] for account in (A, B)] == ["queued", "queued"]
    assert stored(desk.redis) == {"sweep": GONE_ON}
    assert Passes(desk.redis).watermarks() == {"Account": 1_795_000_000}


def test_a_page_without_anything_to_open_moves_the_place(desk: Desk) -> None:
    desk.ledger.open([], progress=Progress("sweep", begin(desk.redis), GONE_ON.stored()))

    assert stored(desk.redis) == {"sweep": GONE_ON}
    assert desk.nudges == []


def test_a_pass_that_is_over_goes_and_leaves_its_watermarks(desk: Desk) -> None:
    desk.redis.hset("cw:watermarks", "Opportunity", 7)
    over = Progress("sweep", begin(desk.redis), None, {"Account": 9, "full": 11})

    desk.ledger.open([Order(A, "newer")], progress=over)

    assert stored(desk.redis) == {}
    assert Passes(desk.redis).watermarks() == {"Opportunity": 7, "Account": 9, "full": 11}
    assert desk.row(A)["state"] == "queued"


@pytest.mark.parametrize("now", [None, GONE_ON.stored()], ids=["dropped", "asked for anew"])
def test_a_pass_that_is_another_by_now_opens_nothing(desk: Desk, now: str | None) -> None:
    progress = Progress("sweep", begin(desk.redis), None, {"Account": 9})
    desk.redis.delete("cw:passes")
    if now:
        desk.redis.hset("cw:passes", "sweep", now)

    with pytest.raises(Superseded):
        desk.ledger.open([Order(A, "newer")], progress=progress)

    assert desk.row(A) == {}
    assert desk.redis.hget("cw:passes", "sweep") == now
    assert Passes(desk.redis).watermarks() == {}


def test_the_place_is_stored_with_the_last_of_many_rows(redis: Redis) -> None:
    places: list[Pass] = []

    def publish(nudges: Sequence[Nudge]) -> None:
        places.append(stored(redis)["sweep"])

    Ledger(redis, publish).open(MANY, progress=Progress("sweep", begin(redis), GONE_ON.stored()))

    assert places == [BEGUN, GONE_ON]


@pytest.mark.parametrize("over", [False, True])
def test_a_page_whose_answer_was_lost_is_stored_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, over: bool
) -> None:
    after = None if over else GONE_ON.stored()
    progress = Progress("sweep", begin(desk.redis), after, {"Account": 9})

    def twice(redis: Redis, move: str, argument: str) -> str:
        """As a client sends a script again whose answer was lost."""
        run_script(redis, move, argument)
        return run_script(redis, move, argument)

    monkeypatch.setattr("app.moves.run_script", twice)
    try:
        desk.ledger.open([Order(A, "newer")], progress=progress)
        refused = False
    except Superseded:  # of a pass that is not there any more, nobody knows who ended it
        refused = True

    assert refused is over
    assert "again" not in desk.row(A)
    assert stored(desk.redis) == ({} if over else {"sweep": GONE_ON})


def test_what_a_listener_asks_for_is_stored_with_its_cursor(desk: Desk) -> None:
    asks = {ASKED.name: ASKED.stored()}
    cursor = Cursor(CHANNEL, {"replay_id": "01"}, asks=asks)

    desk.ledger.open([Order(A, "Account UPDATE")], cursor)

    assert stored(desk.redis) == {ASKED.name: ASKED}
    assert desk.redis.hget(f"cw:cursor:{CHANNEL}", "replay_id") == "01"


def test_what_a_listener_asks_for_comes_with_the_last_of_many_rows(redis: Redis) -> None:
    asked: list[set[str]] = []

    def publish(nudges: Sequence[Nudge]) -> None:
        asked.append(set(stored(redis)))

    cursor = Cursor(CHANNEL, {"replay_id": "01"}, asks={ASKED.name: ASKED.stored()})
    Ledger(redis, publish).open(MANY, cursor)

    assert asked == [set(), {ASKED.name}]


@pytest.mark.parametrize(("token", "holder"), [("other", "mine"), ("other", ""), (None, "mine")])
def test_a_listener_that_does_not_hold_the_lock_stores_nothing(
    desk: Desk, token: str | None, holder: str
) -> None:
    if token:
        desk.redis.set("cw:listening", token)
    asks = {ASKED.name: ASKED.stored()}
    cursor = Cursor(CHANNEL, {"replay_id": "01"}, holder=holder, asks=asks)

    with pytest.raises(Superseded):
        desk.ledger.open([Order(A, "Account UPDATE")], cursor)

    assert desk.row(A) == {}
    assert desk.redis.exists(f"cw:cursor:{CHANNEL}", "cw:passes") == 0


def test_the_listener_that_holds_the_lock_is_let_in(desk: Desk) -> None:
    with desk.redis.lock("cw:listening", timeout=60) as lock:
        token = bytes(lock.local.token or b"").decode()
        desk.ledger.open([Order(A, "x")], Cursor(CHANNEL, {"replay_id": "01"}, holder=token))

    assert desk.redis.hget(f"cw:cursor:{CHANNEL}", "replay_id") == "01"
    assert desk.row(A)["state"] == "queued"


def test_a_listener_that_loses_the_lock_between_two_batches_stops_there(redis: Redis) -> None:
    redis.set("cw:listening", "mine")

    def publish(nudges: Sequence[Nudge]) -> None:
        redis.set("cw:listening", "other")

    with pytest.raises(Superseded):
        Ledger(redis, publish).open(MANY, Cursor(CHANNEL, {"replay_id": "01"}, holder="mine"))

    assert redis.hget("cw:states", "queued") == str(ORDERS_PER_SCRIPT)
    assert redis.hget(f"cw:cursor:{CHANNEL}", "replay_id") is None
