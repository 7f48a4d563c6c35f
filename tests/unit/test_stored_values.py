"""Values in Redis that this code did not write."""

import pytest
from redis import Redis

from app.netsuite.tokens import SharedToken, Token
from app.saved_criteria import CriteriaUnreadable, Saved
from workers.cursor import stored_cursor

CHANNEL = "/data/AccountChangeEvent"


@pytest.mark.parametrize("stored", ["9" * 5000 + " t", "٣٦ t", "00 t", "-1 t", "1e9 t", "t", ""])
def test_a_token_that_is_none_is_replaced_by_a_new_login(redis: Redis, stored: str) -> None:
    shared = SharedToken(redis, "whose", lambda: Token.granted("fresh", 60_000))
    shared.get()
    [key] = redis.keys("cw:netsuite:token:*")
    redis.set(key, stored, px=60_000)

    token = shared.get()

    assert (token.text, token.life_ms) == ("fresh", 60_000)


@pytest.mark.parametrize("stored", ["9" * 5000, "²", "-1", "1e9", ""])
def test_a_time_that_is_none_is_unknown_and_the_place_stands(redis: Redis, stored: str) -> None:
    redis.hset(f"cw:cursor:{CHANNEL}", mapping={"replay_id": "00ff", "at": stored})

    cursor = stored_cursor(redis, CHANNEL)

    assert (cursor.replay_id, cursor.at_ms) == (b"\x00\xff", None)


@pytest.mark.parametrize("stored", ["[" * 100_000, "9" * 5000, "null", '{"date": 5}', ""])
def test_criteria_that_are_none_are_unreadable(stored: str) -> None:
    with pytest.raises(CriteriaUnreadable, match="cannot read the criteria"):
        Saved.read_from(stored)
