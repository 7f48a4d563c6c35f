"""Whose turn it is to look for a name and write its Customer."""

from threading import Barrier, Thread

import pytest
from redis import Redis

from app.errors import AuthenticationFailed, RecordRejected, ServiceUnavailable
from app.netsuite.names import NameReserved, Names, folded

A, B = "001000000000001AAA", "001000000000002AAA"
LAG = 30


def test_while_one_account_looks_another_of_the_same_name_waits(redis: Redis) -> None:
    names = Names(redis, 60, LAG)

    with names.reserved("Acme  GmbH", A):
        with pytest.raises(NameReserved) as refused, names.reserved("ACME gmbh ", B):
            pass
        with names.reserved("Acme Ltd", B):
            pass

    assert A in str(refused.value)
    assert not refused.value.counts


def test_without_a_write_the_name_is_free_at_once(redis: Redis) -> None:
    names = Names(redis, 60, LAG)

    with names.reserved("Acme", A):
        pass
    with pytest.raises(RecordRejected), names.reserved("Acme", B):
        raise RecordRejected("no")

    with names.reserved("Acme", A):
        pass
    assert list(redis.scan_iter("cw:name:*")) == []


def test_a_write_keeps_the_name_until_queries_show_it(redis: Redis) -> None:
    names = Names(redis, 600, LAG)

    with names.reserved("Acme", A) as reservation:
        reservation.wrote = True

    [key] = redis.scan_iter("cw:name:*")
    assert 0 < int(str(redis.ttl(key))) <= LAG
    with pytest.raises(NameReserved), names.reserved("Acme", B):
        pass


def test_a_write_without_an_answer_keeps_the_name_for_the_same_account(redis: Redis) -> None:
    names = Names(redis, 600, LAG)

    with pytest.raises(ServiceUnavailable), names.reserved("Acme", A):
        raise ServiceUnavailable("no answer")

    with pytest.raises(NameReserved), names.reserved("Acme", B):
        pass
    with names.reserved("Acme", A):
        pass


def test_what_is_in_doubt_is_not_given_up_by_a_refused_login_or_a_run_without_a_write(
    redis: Redis,
) -> None:
    names = Names(redis, 600, LAG)
    with pytest.raises(ServiceUnavailable), names.reserved("Acme", A):
        raise ServiceUnavailable("no answer")

    with pytest.raises(AuthenticationFailed), names.reserved("Acme", A):
        raise AuthenticationFailed("no login")
    with names.reserved("Acme", A):
        pass

    with pytest.raises(NameReserved), names.reserved("Acme", B):
        pass


def test_a_name_that_another_has_got_meanwhile_stays_the_others(redis: Redis) -> None:
    names = Names(redis, 600, LAG)
    with names.reserved("Acme", A):
        [key] = redis.scan_iter("cw:name:*")
        redis.set(key, B, ex=600)  # the lease of A ran out

    with names.reserved("Acme", B) as reservation:
        reservation.wrote = True
        redis.set(key, A, ex=600)
    with names.reserved("Acme", A):
        redis.set(key, B, ex=600)

    assert redis.get(key) == B
    assert int(str(redis.ttl(key))) > LAG


def test_of_many_that_come_at_once_one_has_the_name(redis: Redis) -> None:
    names, start, had = Names(redis, 600, LAG), Barrier(8), list[str]()

    def come(account: str) -> None:
        start.wait()
        for _ in range(50):
            try:
                with names.reserved("Acme", account):
                    had.append(account)
                    assert had == [account]
                    had.remove(account)
            except NameReserved:
                pass

    racers = [Thread(target=come, args=[f"00100000000000{n}AAA"]) for n in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert had == []


@pytest.mark.parametrize(
    ("one", "other"), [("Weißbier", "WEISSBIER"), ("Cafe\u0301", "Caf\u00e9"), (" a  b ", "A B")]
)
def test_names_that_tell_no_companies_apart_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)
