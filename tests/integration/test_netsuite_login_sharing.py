"""Logins of several processes: one token for all of them, over the wire."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.netsuite.auth import Credentials, NetSuiteAuth
from tests.answering import Form, answering
from tests.eventually import eventually
from tests.integration.token_endpoint import Endpoint
from tests.keys import pem
from tests.ports import free_port
from workers.redis_server import RedisServer


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


def test_other_credentials_do_not_find_this_token(
    redis: Redis, endpoint: Endpoint, key: Path
) -> None:
    with answering(endpoint.answer) as url:
        auths = [login(url, key, redis), login(url, key, redis, "another certificate")]

        texts = [auth.token().text for auth in (*auths, *auths)]

        for auth in auths:
            auth.close()
    assert texts == ["token-1", "token-2"] * 2


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
