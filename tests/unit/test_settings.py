"""Settings: what is said of wrong ones, and what must never be said."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.environment import OURS
from app.errors import ConfigurationError
from app.salesforce_settings import DEFAULT_CHANNELS
from app.settings import Settings, get_flow, get_settings
from tests.keys import pem

PASSWORD = "correct-horse-battery"
REQUIRED = [
    *(name.upper() for name, field in Settings.model_fields.items() if field.is_required()),
    *("NETSUITE_CLIENT_ID", "NETSUITE_CERTIFICATE_ID", "NETSUITE_PRIVATE_KEY_FILE"),
]


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only what is required, in a folder with an empty `.env` and without `flow.toml`."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields or name.startswith(OURS):
            monkeypatch.delenv(name)
    key = tmp_path / "netsuite.pem"
    key.write_bytes(pem("secp256r1"))
    (tmp_path / ".env").touch()
    for name, value in {
        "SALESFORCE_LOGIN_URL": "https://acme.my.salesforce.com/",
        "SALESFORCE_CLIENT_ID": "consumer-key",
        "SALESFORCE_CLIENT_SECRET": PASSWORD,
        "NETSUITE_ACCOUNT_ID": "1234567_SB1",
        "NETSUITE_CLIENT_ID": "client-id",
        "NETSUITE_CERTIFICATE_ID": "certificate-id",
        "NETSUITE_PRIVATE_KEY_FILE": str(key),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    get_flow.cache_clear()
    yield
    get_settings.cache_clear()
    get_flow.cache_clear()


def problems() -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        get_settings()
    return refused.value.problems


def test_a_channel_that_is_named_twice_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_CHANNELS", "/data/A__chn, /data/B__chn,/data/A__chn")

    settings = get_settings()

    assert settings.salesforce_channels == ("/data/A__chn", "/data/B__chn")


def test_what_is_required_is_enough() -> None:
    settings = get_settings()

    flow = get_flow()

    assert settings.salesforce_login_url == "https://acme.my.salesforce.com"
    assert settings.salesforce_channels == DEFAULT_CHANNELS
    assert settings.run_seconds == 2 * 30 + 3 * 60 + 30
    assert settings.timing.second_look == settings.run_seconds + 900
    assert flow.mapping.fields


def test_all_problems_are_said_at_once_each_with_what_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (*REQUIRED, "SALESFORCE_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOG_LEVEL", "LOUD")

    said = problems()

    wrong = {problem.partition(": ")[0]: problem for problem in said}
    assert len(wrong) == len(said)
    assert set(wrong) == {*REQUIRED, "SALESFORCE_CLIENT_SECRET", "LOG_LEVEL"}
    assert all("is missing" in wrong[name] for name in REQUIRED)
    for name, problem in wrong.items():
        described = Settings.model_fields[name.lower()].description
        assert described
        assert problem.endswith(described)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SALESFORCE_LOGIN_URL", "http://acme.my.salesforce.com", "must be an https:// address"),
        ("SALESFORCE_LOGIN_URL", "acme.my.salesforce.com", "must be an https:// address"),
        ("SALESFORCE_LOGIN_URL", "http://127.0.0.1@evil.example", "must be an https:// address"),
        ("SALESFORCE_LOGIN_URL", "https://", "must be an https:// address"),
        ("NETSUITE_BASE_URL", "http://10.0.0.1", "must be an https:// address"),
        ("REDIS_URL", "redis://10.0.0.1:6379/0", "must be rediss://"),
        ("REDIS_URL", "redis://redis.example:6379/0", "must be rediss://"),
        ("REDIS_URL", "http://127.0.0.1", "must begin with redis://"),
        ("SALESFORCE_PUBSUB_ENDPOINT", "api.pubsub.salesforce.com", "must be host:port"),
        ("SALESFORCE_PUBSUB_ENDPOINT", "https://127.0.0.1:7443", "must be host:port"),
        ("SALESFORCE_API_VERSION", "v66", "must look like 66.0."),
        ("SALESFORCE_AUDIENCE", "login.salesforce.com", "must be an https:// address"),
        ("NETSUITE_ACCOUNT_ID", "1234567 SB1", "must look like 1234567 or 1234567_SB1."),
        ("NETSUITE_ACCOUNT_ID", "evil.example/", "must look like"),
        ("LOG_LEVEL", "LOUD", "must be 'DEBUG', "),
        ("SALESFORCE_CHANNELS", " , ", "names no channel"),
        ("SALESFORCE_PRIVATE_KEY_FILE", "missing.pem", "names no file."),
        (
            "SALESFORCE_PRIVATE_KEY_FILE",
            "netsuite.pem",
            "names a file with a key of the wrong kind",
        ),
        ("NETSUITE_PRIVATE_KEY_FILE", ".env", "names a file without a readable private key"),
        ("NETSUITE_CONCURRENCY", "0", "must be 1 or more"),
        ("NETSUITE_TIMEOUT_SECONDS", "soon", "must be a number"),
    ],
)
def test_a_wrong_setting_is_one_problem(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    (problem,) = problems()

    assert problem.startswith(f"{name}: {words}")


def test_a_missing_key_file_is_not_also_a_missing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESFORCE_CLIENT_SECRET")
    monkeypatch.setenv("SALESFORCE_USERNAME", "sync@acme.example")
    monkeypatch.setenv("SALESFORCE_PRIVATE_KEY_FILE", "missing.pem")

    (problem,) = problems()

    assert problem.startswith("SALESFORCE_PRIVATE_KEY_FILE: ")


@pytest.mark.parametrize("given", [{}, {"SALESFORCE_USERNAME": "sync@acme.example"}])
def test_one_whole_way_to_log_in_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.delenv("SALESFORCE_CLIENT_SECRET")
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    (problem,) = problems()

    assert problem.startswith("SALESFORCE_CLIENT_SECRET: give this, or SALESFORCE_USERNAME with")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SALESFORCE_LOGIN_URL", "http://127.0.0.1:8001"),
        ("SALESFORCE_LOGIN_URL", "http://[::1]:8001"),
        ("NETSUITE_BASE_URL", "http://localhost:8002"),
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "redis://[::1]:6379/0"),
        ("REDIS_URL", "rediss://redis.example:6380/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
    ],
)
def test_plain_text_is_accepted_for_loopback_and_tls_for_all(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    held = getattr(get_settings(), name.lower())

    assert (held.get_secret_value() if isinstance(held, SecretStr) else held) == value


def test_plain_text_to_redis_may_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://redis:6379/0")
    monkeypatch.setenv("REDIS_PLAIN_TEXT", "true")

    settings = get_settings()

    assert settings.redis_url.get_secret_value() == "redis://redis:6379/0"


def test_a_wrong_permission_for_plain_text_is_one_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://redis:6379/0")
    monkeypatch.setenv("REDIS_PLAIN_TEXT", "perhaps")

    (problem,) = problems()

    assert problem.startswith("REDIS_PLAIN_TEXT: ")


def test_secrets_are_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://:{PASSWORD}@127.0.0.1:6379/0")

    settings = get_settings()

    assert settings.salesforce_client_secret.get_secret_value() == PASSWORD
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert PASSWORD not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", f"redis://:{PASSWORD}@redis.example:6379/0"),
        ("REDIS_URL", f"redis://:{PASSWORD}℀@127.0.0.1:6379/0"),
        ("REDIS_URL", f"redis://:{PASSWORD}@[127.0.0.1/0"),
        ("REDIS_URL", PASSWORD),
        ("NETSUITE_PRIVATE_KEY_FILE", f"-----BEGIN PRIVATE KEY-----\n{PASSWORD}\n"),
        ("NETSUITE_PRIVATE_KEY_FILE", PASSWORD * 500),
        ("SALESFORCE_PRIVATE_KEY_FILE", PASSWORD * 500),
    ],
)
def test_secrets_are_in_no_problem(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    (problem,) = problems()

    assert problem.startswith(f"{name}: ")
    assert PASSWORD not in problem


def test_empty_means_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Settings()
    for name in Settings.model_fields:
        if name.upper() not in os.environ:
            monkeypatch.setenv(name.upper(), "")

    settings = get_settings()

    assert settings == bare
