"""Whose turn it is to create a Customer of a name."""

import pytest
from redis import Redis

from app.errors import RecordRejected, ServiceUnavailable
from app.netsuite.names import NameReserved, Names, folded

A, B = "001000000000001AAA", "001000000000002AAA"


def test_while_one_account_looks_another_of_the_same_name_waits(redis: Redis) -> None:
    names = Names(redis, 60)

    with names.reserved("Acme  GmbH", A):
        with pytest.raises(NameReserved) as refused, names.reserved("ACME gmbh ", B):
            pass
        with names.reserved("Acme Ltd", B):
            pass

    assert A in str(refused.value)
    assert not refused.value.counts


def test_without_a_creation_the_name_is_free_at_once(redis: Redis) -> None:
    names = Names(redis, 60)

    with names.reserved("Acme", A):
        pass
    with pytest.raises(RecordRejected), names.reserved("Acme", B):
        raise RecordRejected("no")

    with names.reserved("Acme", A):
        pass
    assert list(redis.scan_iter("cw:name:*")) == []


def test_a_creation_keeps_the_name_until_queries_show_it(redis: Redis) -> None:
    names = Names(redis, 600)

    with names.reserved("Acme", A) as reservation:
        reservation.created = True

    [key] = redis.scan_iter("cw:name:*")
    assert 0 < int(str(redis.ttl(key))) <= 30
    with pytest.raises(NameReserved), names.reserved("Acme", B):
        pass


def test_a_write_without_an_answer_keeps_the_name_for_the_same_account(redis: Redis) -> None:
    names = Names(redis, 600)

    with pytest.raises(ServiceUnavailable), names.reserved("Acme", A):
        raise ServiceUnavailable("no answer")

    with pytest.raises(NameReserved), names.reserved("Acme", B):
        pass
    with names.reserved("Acme", A):
        pass


@pytest.mark.parametrize(
    ("one", "other"), [("Weißbier", "WEISSBIER"), ("Cafe\u0301", "Caf\u00e9"), (" a  b ", "A B")]
)
def test_names_that_tell_no_companies_apart_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)
