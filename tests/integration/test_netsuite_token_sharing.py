"""One token for all processes: who logs in, who waits, who goes on with the old one."""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.errors import AuthenticationFailed, ServiceUnavailable
from app.netsuite.auth import Credentials, NetSuiteAuth
from app.netsuite.tokens import SharedToken, Token
from app.transport import run_of
from tests.answering import Form, answering
from tests.eventually import eventually
from tests.keys import pem
from workers.redis_server import RedisServer, free_port

HOUR_MS = 3_600_000
WHOSE = "an account's credentials"
KEY = f"cw:netsuite:token:{hashlib.sha256(WHOSE.encode()).hexdigest()[:16]}"
RENEWAL = f"{KEY}:renewal"


class Endpoint:
    """Grants `token-1`, `token-2` and so on, each for an hour; may be held up, and may fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def grant(self) -> Token:
        self.asked += 1
        text = f"token-{self.asked}"
        assert self.open.wait(20)
        if self.fails:
            raise self.fails
        return Token.granted(text, HOUR_MS)

    def answer(self, path: str, form: Form) -> tuple[int, str]:
        """As the web server that NetSuite is."""
        text = self.grant().text
        return 200, f'{{"access_token": "{text}", "expires_in": 3600}}'


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.open.set()


@pytest.fixture
def process(redis: Redis, endpoint: Endpoint) -> Callable[[], SharedToken]:
    """Makes what one process has."""
    return lambda: SharedToken(redis, WHOSE, endpoint.grant)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    path.write_bytes(pem("secp256r1"))
    return path


def login(url: str, key: Path, redis: Redis, certificate: str = "certificate") -> NetSuiteAuth:
    return NetSuiteAuth(Credentials(url, "client", certificate, key), 20.0, redis)


def log_in(url: str, key: Path, redis_url: str) -> str:
    """In a process of its own."""
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        auth = login(url, key, redis)
        redis.incr("begun")
        text = auth.token().text
        auth.close()
        return text


def test_processes_that_start_together_log_in_once(
    redis: Redis, redis_server: RedisServer, endpoint: Endpoint, key: Path
) -> None:
    def answer(path: str, form: Form) -> tuple[int, str]:
        eventually(lambda: redis.get("begun") == "3", "all three to begin")
        return endpoint.answer(path, form)

    with answering(answer) as url, ProcessPoolExecutor(3, get_context("spawn")) as pool:
        calls = [pool.submit(log_in, url, key, redis_server.url) for _ in range(3)]
        texts = [call.result(60) for call in calls]

    assert texts == ["token-1"] * 3
    assert endpoint.asked == 1


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


def test_a_refused_token_is_replaced_once_for_all(
    redis: Redis, endpoint: Endpoint, key: Path
) -> None:
    with answering(endpoint.answer) as url, ThreadPoolExecutor(8) as pool:
        processes = [login(url, key, redis) for _ in range(4)]
        held = [auth.token() for auth in processes]
        calls = [
            pool.submit(auth.token, token)
            for auth, token in zip(processes * 2, held * 2, strict=True)
        ]
        replaced = {call.result().text for call in calls}
        for auth in processes:
            auth.close()

    assert {token.text for token in held} == {"token-1"}
    assert replaced == {"token-2"}
    assert endpoint.asked == 2


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


def test_other_credentials_do_not_find_this_token(
    redis: Redis, endpoint: Endpoint, key: Path
) -> None:
    with answering(endpoint.answer) as url:
        auths = [login(url, key, redis), login(url, key, redis, "another certificate")]

        texts = [auth.token().text for auth in (*auths, *auths)]

        for auth in auths:
            auth.close()
    assert texts == ["token-1", "token-2"] * 2


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


def test_a_token_at_hand_is_used_without_redis(redis: Redis, endpoint: Endpoint, key: Path) -> None:
    with answering(endpoint.answer) as url:
        auth = login(url, key, redis)
        auth.token()
        redis.config_resetstat()

        texts = {auth.token().text for _ in range(50)}

        auth.close()
    assert texts == {"token-1"}
    assert not {"cmdstat_get", "cmdstat_pttl"} & redis.info("commandstats").keys()


def test_without_redis_the_credentials_can_be_tried_and_no_token_is_used(
    endpoint: Endpoint, key: Path
) -> None:
    nowhere: Redis = Redis(port=free_port(), retry=Retry(NoBackoff(), 0), decode_responses=True)
    with answering(endpoint.answer) as url:
        auth = login(url, key, nowhere)

        auth.log_in()
        with pytest.raises(RedisError):
            auth.token()

        auth.close()
    assert endpoint.asked == 1


def test_a_token_is_in_no_text_of_it() -> None:
    token = Token.granted("a-secret-token", HOUR_MS)

    assert "a-secret-token" not in f"{token} {token!r} {token.for_a_while()}"
