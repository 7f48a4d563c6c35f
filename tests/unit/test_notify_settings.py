"""Settings of who is told: what is half said is refused, and what is secret is never quoted."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.environment import OURS
from app.errors import ConfigurationError
from app.settings import Settings, get_settings
from tests.keys import pem

MAIL = {
    "NOTIFY_EMAIL_TO": "ops@example.com, night@example.com",
    "NOTIFY_EMAIL_FROM": "closedwon@example.com",
    "NOTIFY_SMTP_HOST": "smtp.example.com",
}


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only what is required, in a folder with an empty `.env`."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields or name.startswith(OURS):
            monkeypatch.delenv(name)
    key = tmp_path / "netsuite.pem"
    key.write_bytes(pem("secp256r1"))
    (tmp_path / ".env").touch()
    give(
        monkeypatch,
        SALESFORCE_LOGIN_URL="https://acme.my.salesforce.com/",
        SALESFORCE_CLIENT_ID="consumer-key",
        SALESFORCE_CLIENT_SECRET="hush",
        NETSUITE_ACCOUNT_ID="1234567",
        NETSUITE_CLIENT_ID="client-id",
        NETSUITE_CERTIFICATE_ID="certificate-id",
        NETSUITE_PRIVATE_KEY_FILE=str(key),
    )
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def give(monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def problems() -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        get_settings()
    return refused.value.problems


def test_by_default_nobody_is_told() -> None:
    settings = get_settings()

    told = settings.notifies

    assert not told
    assert settings.notify_email_to == ()


def test_a_webhook_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, NOTIFY_WEBHOOK_URL="https://hooks.example.com/T0KEN")

    settings = get_settings()

    assert settings.notifies
    assert "T0KEN" not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("security", "port"), [("starttls", 587), ("tls", 465), ("starttls", 2525)]
)
def test_mail_goes_to_all_over_the_usual_port_or_the_one_that_is_set(
    monkeypatch: pytest.MonkeyPatch, security: str, port: int
) -> None:
    give(monkeypatch, **MAIL, NOTIFY_SMTP_SECURITY=security)
    if port == 2525:
        give(monkeypatch, NOTIFY_SMTP_PORT="2525")

    settings = get_settings()

    assert settings.notifies
    assert settings.smtp_port == port
    assert settings.notify_email_to == ("ops@example.com", "night@example.com")


@pytest.mark.parametrize("missing", MAIL)
def test_mail_that_is_half_set_is_refused(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    give(monkeypatch, **{name: value for name, value in MAIL.items() if name != missing})

    [problem] = problems()

    assert problem.startswith("NOTIFY_EMAIL_TO: e-mail needs all of NOTIFY_EMAIL_TO, ")


@pytest.mark.parametrize("given", ["NOTIFY_SMTP_USER", "NOTIFY_SMTP_PASSWORD"])
def test_half_a_login_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    give(monkeypatch, **MAIL, **{given: "hush"})

    [problem] = problems()

    assert problem.startswith("NOTIFY_SMTP_PASSWORD: give NOTIFY_SMTP_USER and ")


def test_a_login_that_the_protocol_does_not_take_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, **MAIL, NOTIFY_SMTP_USER="ops", NOTIFY_SMTP_PASSWORD="hushé")

    [problem] = problems()

    assert problem.startswith("NOTIFY_SMTP_PASSWORD: must be ASCII")
    assert "hush" not in problem


def test_a_login_without_a_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, NOTIFY_SMTP_USER="closedwon", NOTIFY_SMTP_PASSWORD="hush")

    [problem] = problems()

    assert problem.startswith("NOTIFY_EMAIL_TO: e-mail needs all of ")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("NOTIFY_SMTP_HOST", "smtp.example.com", "is beyond this machine: set NOTIFY_SMTP_"),
        ("NOTIFY_SMTP_HOST", "smtp.example.com/x", "must look like smtp.example.com"),
        ("NOTIFY_EMAIL_TO", "ops", "must be e-mail addresses such as"),
        ("NOTIFY_EMAIL_TO", "ops@example.com, Ann <ann@example.com>", "must be e-mail addresses"),
        ("NOTIFY_EMAIL_FROM", "me@example.com\nBcc: you@example.com", "must be an e-mail address"),
        ("NOTIFY_EMAIL_FROM", "mé@example.com", "must be an e-mail address such as"),
        ("NOTIFY_SMTP_PORT", "0", "must be 1 or more"),
        ("NOTIFY_SMTP_SECURITY", "ssl", "must be 'starttls', 'tls' or 'plain'"),
        ("PAGES_URL", "ops.example.com", "must be an address such as https://ops"),
        ("PAGES_URL", "https://ann:hush@ops.example.com", "must be an address such as"),
        ("PAGES_URL", "https://ops.example.com/?x=1", "must be an address such as"),
        ("PAGES_URL", "https://[ops", "is no address"),
    ],
)
def test_a_wrong_setting_is_one_problem(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    give(monkeypatch, **MAIL | {"NOTIFY_SMTP_HOST": "127.0.0.1", "NOTIFY_SMTP_SECURITY": "plain"})
    give(monkeypatch, **{name: value})

    [problem] = problems()

    assert problem.startswith(f"{name}: {words}")
    assert "hush" not in problem


@pytest.mark.parametrize(
    "value",
    [
        "http://hooks.example.com/T0KEN",
        "T0KEN",
        "https://T0KEN@[hooks",
        "ftp://hooks.example.com/T0KEN",
    ],
)
def test_a_webhook_that_others_could_read_is_refused_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    give(monkeypatch, NOTIFY_WEBHOOK_URL=value)

    [problem] = problems()

    assert problem.startswith("NOTIFY_WEBHOOK_URL: must be an https:// address")
    assert "T0KEN" not in problem


def test_a_misspelt_setting_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, NOTIFY_WEBHOOK="https://hooks.example.com/T0KEN")

    [problem] = problems()

    assert problem == "NOTIFY_WEBHOOK: is unknown; NOTIFY_WEBHOOK_URL?"
