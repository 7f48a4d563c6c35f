"""One token for all processes: who logs in, who waits, who goes on with the old one."""

import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from redis import Redis

from app.errors import AuthenticationFailed, ServiceUnavailable
from app.netsuite.tokens import SharedToken, Token
from app.transport import run_of
from tests.eventually import eventually
from tests.integration.token_endpoint import HOUR_MS, Endpoint

WHOSE = "an account's credentials"
KEY = f"cw:netsuite:token:{hashlib.sha256(WHOSE.encode()).hexdigest()[:16]}"
RENEWAL = f"{KEY}:renewal"


@pytest.fixture
def process(redis: Redis, endpoint: Endpoint) -> Callable[[], SharedToken]:
    """Makes what one process has."""
    return lambda: SharedToken(redis, WHOSE, endpoint.grant)


def test_many_who_wait_for_the_first_token_get_the_same(
    process: Callable[[], SharedToken], endpoint: Endpoint
) -> None:
    processes = [process() for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(one.get) for one in processes]
        texts = {call.result().text for call in calls}

    assert texts == {"token-1"}
    assert endpoint.asked == 1


def test_while_one_renews_the_others_go_on_with_the_old_token(
    redis: Redis, process: Callable[[], SharedToken], endpoint: Endpoint
) -> None:
    redis.set(KEY, f"{HOUR_MS} old", px=HOUR_MS // 20)
    endpoint.open.clear()

    with ThreadPoolExecutor(1) as pool:
        renewal: Future[Token] = pool.submit(process().get)
        eventually(lambda: endpoint.asked, "the renewal to begin")
        meanwhile = process().get()
        endpoint.open.set()
        renewed = renewal.result()

    assert (meanwhile.text, meanwhile.is_old(), meanwhile.lasts()) == ("old", False, True)
    assert renewed.text == process().get().text == "token-1"
    assert endpoint.asked == 1


@pytest.mark.parametrize(("share_left", "renewed"), [(0.11, False), (0.09, True)])
def test_a_token_is_renewed_at_nine_tenths_of_its_life(
    redis: Redis, process: Callable[[], SharedToken], share_left: float, renewed: bool
) -> None:
    redis.set(KEY, f"{HOUR_MS} old", px=round(HOUR_MS * share_left))

    token = process().get()

    assert token.text == ("token-1" if renewed else "old")


def test_a_token_ends_in_redis_when_its_life_ends(
    redis: Redis, process: Callable[[], SharedToken]
) -> None:
    process().get()

    left = redis.pttl(KEY)

    assert isinstance(left, int)
    assert HOUR_MS - 30_000 < left <= HOUR_MS
    assert not redis.exists(RENEWAL)


def test_who_died_while_renewing_is_replaced(
    redis: Redis, process: Callable[[], SharedToken], endpoint: Endpoint
) -> None:
    redis.set(RENEWAL, "the dead", px=300)

    token = process().get()

    assert token.text == "token-1"
    assert endpoint.asked == 1


def test_a_run_whose_time_is_up_waits_for_nobody(
    redis: Redis, process: Callable[[], SharedToken], endpoint: Endpoint
) -> None:
    redis.set(RENEWAL, "somebody slow", px=20_000)

    with run_of(0.2), pytest.raises(ServiceUnavailable, match="too long") as refused:
        process().get()

    assert refused.value.service == "netsuite"
    assert endpoint.asked == 0


@pytest.mark.parametrize(
    "failure", [ServiceUnavailable("It is down."), AuthenticationFailed("It refuses.")]
)
def test_a_failed_renewal_does_no_harm_while_the_old_token_lasts(
    redis: Redis,
    process: Callable[[], SharedToken],
    endpoint: Endpoint,
    failure: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    redis.set(KEY, f"{HOUR_MS} old", px=HOUR_MS // 20)
    endpoint.fails = failure

    with caplog.at_level(logging.WARNING):
        token = process().get()

    assert (token.text, token.is_old()) == ("old", False)
    assert str(failure) in caplog.text
    assert not redis.exists(RENEWAL)


def test_a_failed_login_is_told_and_blocks_nobody(
    redis: Redis, process: Callable[[], SharedToken], endpoint: Endpoint
) -> None:
    endpoint.fails = AuthenticationFailed("It refuses.")

    with pytest.raises(AuthenticationFailed):
        process().get()
    endpoint.fails = None
    token = process().get()

    assert token.text == "token-2"
    assert not redis.exists(RENEWAL)


def test_a_refused_token_that_another_process_has_replaced_costs_no_login(
    process: Callable[[], SharedToken], endpoint: Endpoint
) -> None:
    first, second = process(), process()
    refused = first.get()
    first.discard(refused)
    newer = first.get()

    second.discard(refused)

    assert second.get().text == newer.text == "token-2"
    assert endpoint.asked == 2


@pytest.mark.parametrize("stored", ["", "token", "3600 ", "an hour token", "-5 token"])
def test_what_is_no_token_in_redis_is_replaced(
    redis: Redis, process: Callable[[], SharedToken], stored: str
) -> None:
    redis.set(KEY, stored, px=HOUR_MS)

    token = process().get()

    assert token.text == "token-1"
    assert redis.get(KEY) == f"{HOUR_MS} token-1"


def test_a_token_that_would_never_end_is_replaced(
    redis: Redis, process: Callable[[], SharedToken]
) -> None:
    redis.set(KEY, f"{HOUR_MS} for-ever")

    token = process().get()

    assert token.text == "token-1"


def test_a_token_that_is_used_on_is_refused_with_the_one_that_it_was() -> None:
    token = Token.granted("token-1", HOUR_MS)

    copies = [token.for_a_while(), Token.granted("token-1", HOUR_MS, HOUR_MS // 20)]

    assert all(one.has_text_of(token) for one in copies)
    assert not Token.granted("token-2", HOUR_MS).has_text_of(token)


def test_a_token_is_in_no_text_of_it() -> None:
    token = Token.granted("a-secret-token", HOUR_MS)

    assert "a-secret-token" not in f"{token} {token!r} {token.for_a_while()}"
