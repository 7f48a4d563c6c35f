"""What a worker process holds: leases that are renewed, rows whose end Redis did not hear of."""

from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Gone
from redis.exceptions import ResponseError

from app.ledger import Ledger
from app.terms import Held
from tests.eventually import eventually
from tests.integration.ledger_desk import Desk
from workers.holding import Holding
from workers.redis_server import RedisServer

A, B = ("001000000000001AAA", "001000000000002AAA")
LEASE = 3600.0
MINUTE = 60.0


@pytest.fixture
def holding(
    redis_server: RedisServer, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Holding]:
    """Whose heart beats quickly."""
    for name in ("_BEAT_SECONDS", "_AGAIN_SECONDS"):
        monkeypatch.setattr(f"workers.holding.{name}", 0.01)
    with Redis.from_url(redis_server.url, decode_responses=True) as own:
        made = Holding(Ledger(own, lambda nudges: None), LEASE)
        yield made
        made.close()


def is_renewed(desk: Desk, account: str) -> bool:
    """Since its lease was made to end now."""
    ends_at = desk.redis.zscore("cw:due:running", account)
    return ends_at is not None and ends_at > 0


def test_the_lease_of_what_is_held_does_not_end(desk: Desk, holding: Holding) -> None:
    held = desk.open_and_take(A, "upsert")

    with holding.keep(held, MINUTE):
        for _ in range(3):
            desk.make_due("cw:due:running", A)
            eventually(lambda: is_renewed(desk, A), "the lease to be renewed")

    assert desk.row(A)["token"] == held.token


def test_what_is_held_no_more_is_not_renewed(desk: Desk, holding: Holding) -> None:
    held, other = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")

    with holding.keep(other, MINUTE):
        with holding.keep(held, MINUTE):
            pass
        desk.make_due("cw:due:running")
        eventually(lambda: is_renewed(desk, B), "the other's lease to be renewed")

    assert not is_renewed(desk, A)


def test_who_hangs_loses_its_row_when_its_time_is_up(desk: Desk, holding: Holding) -> None:
    held, other = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")

    with holding.keep(held, 0.0), holding.keep(other, MINUTE):
        desk.make_due("cw:due:running")
        eventually(lambda: is_renewed(desk, B), "the other's lease to be renewed")

        assert not is_renewed(desk, A)


def test_a_row_whose_end_redis_did_not_hear_of_is_handed_back(desk: Desk, holding: Holding) -> None:
    held = desk.open_and_take(A, "upsert")

    with pytest.raises(Gone), holding.keep(held, MINUTE):
        raise Gone("Redis is gone.")
    eventually(lambda: desk.row(A)["state"] == "queued", "the row to be handed back")

    assert (desk.row(A)["place"], desk.row(A).get("crashes")) == ("0", None)


def test_a_row_that_was_lost_is_left_to_whoever_has_it(desk: Desk, holding: Holding) -> None:
    lost, other = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")

    desk.lapse(A)
    again: Held = desk.take(A, "upsert")

    with holding.keep(lost, MINUTE), holding.keep(other, MINUTE):
        desk.make_due("cw:due:running")
        eventually(lambda: is_renewed(desk, B), "the other's lease to be renewed")

        assert not is_renewed(desk, A)
    assert desk.row(A)["token"] == again.token


def test_after_an_outage_of_redis_leases_are_renewed_again(
    desk: Desk, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = desk.open_and_take(A, "upsert")
    refused: list[object] = []
    renew = holding._ledger.renew

    def fail_at_first(*given: object) -> set[str]:
        if len(refused) < 3:
            refused.append(given)
            raise Gone("Redis is gone.")
        return renew([held], LEASE)

    monkeypatch.setattr(holding._ledger, "renew", fail_at_first)
    with holding.keep(held, MINUTE):
        desk.make_due("cw:due:running", A)
        eventually(lambda: is_renewed(desk, A), "the lease to be renewed")

    assert len(refused) == 3


def test_a_row_that_met_a_bug_in_a_move_is_left_to_its_lease(desk: Desk, holding: Holding) -> None:
    held, other = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")

    with pytest.raises(ResponseError), holding.keep(held, MINUTE):
        raise ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value")
    with pytest.raises(Gone), holding.keep(other, MINUTE):
        raise Gone("Redis is gone.")
    eventually(lambda: desk.row(B)["state"] == "queued", "the other row to be handed back")
    desk.lapse(A)

    assert desk.row(A)["crashes"] == "1"


def test_a_bug_in_handing_back_does_not_end_the_renewing(
    desk: Desk, holding: Holding, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    held, other = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")
    tried: list[Held] = []

    def fail(row: Held) -> str:
        tried.append(row)
        raise ValueError("a bug")

    monkeypatch.setattr(holding._ledger, "hand_back", fail)
    with holding.keep(other, MINUTE):
        holding.give_back(held)
        eventually(lambda: "ValueError: a bug" in caplog.text, "the traceback")
        for _ in range(2):
            desk.make_due("cw:due:running", B)
            eventually(lambda: is_renewed(desk, B), "the other's lease to be renewed")

    assert tried == [held]


def test_a_thread_that_was_lost_is_started_again(
    desk: Desk, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, other = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")

    with monkeypatch.context() as patched:
        patched.setattr(holding, "_run", lambda: None)
        with holding.keep(held, MINUTE):
            pass
        eventually(lambda: not holding._is_running(), "the thread to end")
    with holding.keep(other, MINUTE):
        desk.make_due("cw:due:running", B)

        eventually(lambda: is_renewed(desk, B), "the lease to be renewed")


def test_what_was_given_back_goes_back_before_the_process_ends(
    desk: Desk, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = desk.open_and_take(A, "upsert")
    monkeypatch.setattr(holding, "_run", lambda: None)
    holding.give_back(held)

    holding.close()

    assert (desk.row(A)["state"], desk.row(A).get("crashes")) == ("queued", None)
