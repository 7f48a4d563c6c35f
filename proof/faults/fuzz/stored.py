"""Target: values in Redis that others may have written: another version, or a person."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st
from redis import Redis

from app.flow import Qualification
from app.netsuite.tokens import SharedToken, Token
from app.salesforce.accounts import condition_of
from app.saved_criteria import Saved
from proof.faults.fuzz.feeding import Check, fed
from proof.faults.fuzz.odd import json_bytes
from proof.faults.fuzz.surroundings import redis_of_our_own
from proof.faults.fuzz.target import FuzzTarget, Nonsense
from workers.cursor import stored_cursor

_CHANNEL = "/data/AccountChangeEvent"
_CRITERIA = json.loads(Saved(qualification=Qualification(), version="v", by="x", at=1.0).stored())
_CURSOR = {"replay_id": "00ff", "mark": "m:0", "commit_ms": "1770000000000", "at": "5"}
_VALUES = st.one_of(
    st.tuples(st.just("criteria"), json_bytes(st.just(_CRITERIA))),
    st.tuples(
        st.sampled_from(("token", *_CURSOR)),
        st.one_of(
            st.sampled_from(
                (b"", b"00ff", b"zz", b"\xff", b"3600000 tok", b"1e9 t", b"\xd9\xa1 t")
            ),
            st.sampled_from((b"9" * 5000, b"9" * 5000 + b" t", b"-1 t", b"0 t", b"00 ff", b"\0")),
            st.binary(max_size=20),
        ),
    ),
)


@contextmanager
def _values() -> Iterator[Check]:
    with redis_of_our_own() as (_, redis):

        def check(given: tuple[str, bytes]) -> None:
            name, value = given
            redis.flushdb()
            if name == "criteria":
                found = Saved.read_from(value.decode(errors="replace"))
                condition_of(found.qualification).encode()
            elif name == "token":
                _read_token(redis, value)
            else:
                redis.hset(f"cw:cursor:{_CHANNEL}", items=_items(_CURSOR | {name: _text(value)}))
                _ensure_place(redis)

        yield check


def _read_token(redis: Redis, value: bytes) -> None:
    shared = SharedToken(redis, "closedwon", lambda: Token.granted("fresh", 60_000))
    shared.get()
    [key] = redis.keys("cw:netsuite:token:*")
    redis.set(key, _text(value), px=60_000)
    token = shared.get()
    if not token.text or not 0 < token.life_ms < 10**13:
        raise Nonsense("a token without text or end is taken")


def _ensure_place(redis: Redis) -> None:
    found = stored_cursor(redis, _CHANNEL)
    if found.is_damaged and found.replay_id is not None:
        raise Nonsense("a place that is damaged is taken")


def _items(fields: dict[str, str]) -> list[str]:
    return [part for pair in fields.items() for part in pair]


def _text(value: bytes) -> str:
    """As any client may have stored it, and ours reads it."""
    return value.decode(errors="replace")


STORED = FuzzTarget(
    "stored values",
    "criteria, cursors and tokens in Redis, put out of shape",
    fed("stored values", _VALUES, _values, lambda v, altered: (v[0], altered(v[1])), most=3),
    share=6,
)
