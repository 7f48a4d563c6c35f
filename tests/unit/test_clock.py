"""Hosts whose clocks are wrong: logins go by the service's clock, messages by Redis's."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest
from celery import Celery
from kombu.message import Message
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header
from pydantic import SecretStr
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from app import clock
from app.clock import Clock
from app.errors import AuthenticationFailed
from app.netsuite.auth import Credentials as NetSuiteCredentials
from app.netsuite.auth import NetSuiteAuth
from app.netsuite.tba import TokenBasedAuth, TokenCredentials
from app.salesforce.auth import Credentials, SalesforceAuth
from app.salesforce.client import SalesforceClient
from app.transport import open_client, retry_after
from tests.answering import Form, answering
from tests.keys import pem
from workers import clock as messages
from workers.clock import RedisClock, Request

SALESFORCE = (
    '{"access_token": "a-token", "instance_url": "https://acme.my.salesforce.com",'
    ' "id": "https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS"}'
)
NETSUITE = '{"access_token": "a-token", "expires_in": 3600}'
FAST_AND_SLOW = pytest.mark.parametrize("wrong_by", [300, -300], ids=["fast", "slow"])


@pytest.fixture
def wrong_by() -> int:
    return 300


@pytest.fixture
def wrong_clock(monkeypatch: pytest.MonkeyPatch, wrong_by: int) -> None:
    """Of this host, as far as logins ask it; the web servers of these tests go by the true one."""
    wrong = SimpleNamespace(time=lambda: time.time() + wrong_by, monotonic=time.monotonic)
    monkeypatch.setattr(clock, "time", wrong)


class Judge:
    """A token endpoint that takes an assertion while it lasts, and none that lasts for long."""

    def __init__(self, granted: str) -> None:
        self.granted, self.asked = granted, 0

    def answer(self, path: str, form: Form) -> tuple[int, str]:
        self.asked += 1
        assertion = form.get("assertion", form.get("client_assertion", [""]))[0]
        claims = jwt.decode(assertion, options={"verify_signature": False})
        lasts = claims["exp"] - time.time()
        in_time = 0 < lasts <= 305 and claims.get("iat", 0) <= time.time()
        return (200, self.granted) if in_time else (400, '{"error": "invalid_grant"}')


def dated(seconds_ahead: float, status: int = 200, retry_after: str = "") -> httpx.Response:
    date = formatdate(time.time() + seconds_ahead, usegmt=True)
    return httpx.Response(status, headers={"Date": date, "Retry-After": retry_after})


@FAST_AND_SLOW
@pytest.mark.usefixtures("wrong_clock")
def test_a_login_to_salesforce_goes_by_salesforces_clock(tmp_path: Path) -> None:
    key, judge = tmp_path / "key.pem", Judge(SALESFORCE)
    key.write_bytes(pem("rsa2048"))

    with answering(judge.answer) as url, open_client(5.0, 1, None) as client:
        auth = SalesforceAuth(Credentials(url, "consumer", "sync@acme.example", key), client)
        first = auth.session()
        second = auth.session(first)

    assert first.token == second.token == "a-token"
    assert judge.asked == 3


@FAST_AND_SLOW
@pytest.mark.usefixtures("wrong_clock")
def test_what_time_it_is_in_salesforce_is_known_before_the_first_call(tmp_path: Path) -> None:
    key, judge = tmp_path / "key.pem", Judge(SALESFORCE)
    key.write_bytes(pem("rsa2048"))

    with answering(judge.answer) as url:
        who = Credentials(url, "consumer", "sync@acme.example", key)
        with closing(SalesforceClient(who, "66.0", 5.0)) as client:
            off_by = client.now() - time.time()

    assert abs(off_by) < 60


@FAST_AND_SLOW
@pytest.mark.usefixtures("wrong_clock")
def test_a_login_to_netsuite_goes_by_netsuites_clock(tmp_path: Path, redis: Redis) -> None:
    key, judge = tmp_path / "key.pem", Judge(NETSUITE)
    key.write_bytes(pem("secp256r1"))

    with answering(judge.answer) as url:
        auth = NetSuiteAuth(NetSuiteCredentials(url, "client", "certificate", key), 5.0, redis)
        auth.log_in()
        auth.log_in()

    assert judge.asked <= 3


def test_refused_credentials_are_tried_once_where_the_clock_is_right(tmp_path: Path) -> None:
    key, asked = tmp_path / "key.pem", []
    key.write_bytes(pem("rsa2048"))

    def refuse(path: str, form: Form) -> tuple[int, str]:
        asked.append(path)
        return 400, '{"error": "invalid_grant"}'

    with answering(refuse) as url, open_client(5.0, 1, None) as client:
        auth = SalesforceAuth(Credentials(url, "consumer", "sync@acme.example", key), client)
        with pytest.raises(AuthenticationFailed):
            auth.session()

    assert len(asked) == 1


@pytest.mark.usefixtures("wrong_clock")
def test_a_signed_request_that_came_too_early_is_signed_once_more() -> None:
    secret = SecretStr("secret")
    who = TokenCredentials("https://1.example", "1", "consumer", secret, "token", secret)
    auth, request = TokenBasedAuth(who, 5.0), httpx.Request("GET", "https://1.example/record")

    flow = auth.auth_flow(request)
    early = signed_at(next(flow))
    again = signed_at(flow.send(dated(0, status=401)))
    with pytest.raises(StopIteration):
        flow.send(dated(0, status=401))
    auth.close()

    assert early > time.time() + 200
    assert again <= time.time()


def signed_at(request: httpx.Request) -> int:
    return int(
        dict(parse_authorization_header(request.headers["Authorization"]))["oauth_timestamp"]
    )


def test_the_host_is_believed_until_the_service_has_told_the_time() -> None:
    service = Clock()
    before = service.ahead

    service.heed(httpx.Response(200))
    service.heed(httpx.Response(200, headers={"Date": "soon"}))

    assert abs(service.now() - time.time()) < 60
    assert not service.was_wrong(before)


def test_a_service_that_sets_its_clock_is_followed() -> None:
    service = Clock()
    service.heed(dated(600))
    before = service.ahead

    service.heed(dated(-600))

    assert service.was_wrong(before)
    assert service.now() < time.time()


def test_an_answer_that_was_long_on_its_way_does_not_set_the_clock_back() -> None:
    service = Clock()
    service.heed(dated(0))
    before = service.ahead

    service.heed(dated(-1))

    assert service.ahead == before


def test_a_date_to_try_again_is_meant_by_the_services_clock() -> None:
    in_a_minute = formatdate(time.time() + 660, usegmt=True)

    wait = retry_after(dated(600, retry_after=in_a_minute))

    assert wait is not None
    assert 58 <= wait <= 62


class FarRedis:
    """Its host's clock is ten minutes ahead; now and then it does not answer."""

    answers = True

    def time(self) -> tuple[int, int]:
        if not self.answers:
            raise NoRedis
        return int(time.time()) + 600, 0


@pytest.fixture
def far_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    far: Any = FarRedis()
    kept = RedisClock(far)
    monkeypatch.setattr(messages, "common_clock", lambda: kept)


def from_now(moment: datetime) -> float:
    return (moment - datetime.now(UTC)).total_seconds()


@pytest.mark.usefixtures("far_redis")
def test_a_message_is_due_by_redis_clock_and_heeded_by_the_workers() -> None:
    with Celery(amqp="workers.clock:Messages", broker="memory://", set_as_current=False) as app:
        task = app.task(dated, name="stage")
        sent = app.amqp.as_task_v2("id", "stage", countdown=60, expires=120)

        taken = Request(
            Message(headers=sent.headers, delivery_info={}),
            app=app,
            task=task,
            headers=sent.headers,
            body=([], {}, None),
            decoded=True,
        )

    assert 650 <= from_now(datetime.fromisoformat(sent.headers["eta"])) <= 665
    assert 50 <= from_now(taken.eta) <= 65
    assert 110 <= from_now(taken.expires) <= 125


def test_a_redis_that_does_not_answer_leaves_the_time_as_it_was() -> None:
    far: Any = FarRedis()
    far.answers = False
    silent = RedisClock(far)

    assert silent.ahead() == timedelta()
