"""A webhook, over the wire: what it gets, and what is said of one that does not take it."""

import logging

import pytest
from pydantic import SecretStr

from app.notifications.message import Message
from app.notifications.not_sent import MessageRefused, NotSent
from app.notifications.webhook import Webhook
from tests.integration.notifications.postroom import Hook
from tests.integration.notifications.telling import PAGES
from tests.ports import free_port

DOWN = Message("service_down", "netsuite", "NetSuite is down", "It is paused.", 1795000000.0)


def webhook(url: str) -> Webhook:
    return Webhook(SecretStr(url), PAGES)


def test_it_gets_the_message_as_json(hook: Hook) -> None:
    way = webhook(hook.url)

    said = way.send(DOWN)

    assert said == "The webhook took the message (HTTP 200)."
    assert hook.received == [DOWN.as_json(PAGES)]
    assert hook.paths == ["/hooks/T0KEN"]


def test_a_redirect_is_not_followed(hook: Hook) -> None:
    hook.status, hook.location = 302, hook.url.replace("T0KEN", "elsewhere")

    with pytest.raises(NotSent, match=r"a redirect \(HTTP 302\), which is not followed"):
        webhook(hook.url).send(DOWN)

    assert hook.paths == ["/hooks/T0KEN"]


@pytest.mark.parametrize(
    ("status", "words", "is_about_the_message"),
    [
        (400, r"refused the message \(HTTP 400\): is NOTIFY_WEBHOOK_URL right\?", True),
        (404, r"refused the message \(HTTP 404\): is NOTIFY_WEBHOOK_URL right\?", True),
        (408, r"wants no more messages now \(HTTP 408\)", False),
        (429, r"wants no more messages now \(HTTP 429\)", False),
        (503, r"failed \(HTTP 503\)", False),
    ],
)
def test_what_does_not_take_it_is_told_by_its_status(
    hook: Hook, status: int, words: str, *, is_about_the_message: bool
) -> None:
    hook.status = status

    with pytest.raises(NotSent, match=words) as failed:
        webhook(hook.url).send(DOWN)

    assert isinstance(failed.value, MessageRefused) == is_about_the_message
    assert hook.received == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/T0KEN", "https://127.0.0.1:{port}/T0KEN"])
def test_what_nobody_answers_at_is_told_without_its_address(url: str) -> None:
    address = url.format(port=free_port())

    with pytest.raises(NotSent) as failed:
        webhook(address).send(DOWN)

    assert str(failed.value).startswith("The webhook cannot be reached (ConnectError)")
    assert failed.value.__suppress_context__


def test_its_address_is_in_no_log(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.INFO)

    webhook(hook.url).send(DOWN)

    assert hook.received
    assert "T0KEN" not in caplog.text
