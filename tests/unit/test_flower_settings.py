"""Who may see Flower's pages and where: what is accepted, and what is refused before it starts."""

from base64 import b64encode
from pathlib import Path

import pytest

from app.errors import ConfigurationError
from workers.flower.configuration import check_configuration, may_enter, warnings
from workers.flower.login import login_handler
from workers.flower.logins import Logins
from workers.flower.options import tornado_settings
from workers.flower.settings import FlowerSettings, read_flower_settings

LOGIN = {"FLOWER_BASIC_AUTH": "ann:secret,bob:pass:word"}
OAUTH = {
    "FLOWER_AUTH": ".*@example.com",
    "FLOWER_AUTH_PROVIDER": "flower.views.auth.GoogleAuth2LoginHandler",
    "FLOWER_OAUTH2_KEY": "key",
    "FLOWER_OAUTH2_SECRET": "the-client-secret",
    "FLOWER_OAUTH2_REDIRECT_URI": "https://flower.example.com/login",
}


@pytest.fixture(autouse=True)
def nothing_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FlowerSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def settings(**given: str) -> FlowerSettings:
    return FlowerSettings.model_validate({name.lower(): value for name, value in given.items()})


def problems(**given: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        check_configuration(settings(**given))
    return "\n".join(refused.value.problems)


def header(login: str, scheme: str = "Basic") -> str:
    return f"{scheme} {b64encode(login.encode()).decode()}"


def test_several_logins_are_read() -> None:
    logins = check_configuration(settings(**LOGIN))

    assert logins.users == {"ann", "bob"}
    assert logins.user_of(header("ann:secret")) == "ann"
    assert logins.user_of(header("bob:pass:word")) == "bob"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Basic",
        header("ann:secret", "Bearer"),
        header("ann:Secret"),
        header("bob:secret"),
        header("ann:secret,bob:pass:word"),
        header("ann"),
        header("ann:"),
        "Basic %%%",
        "Basic ÿ",
    ],
)
def test_whatever_is_no_login_logs_nobody_in(given: str) -> None:
    assert Logins(["ann:secret", "bob:pass:word"]).user_of(given) is None


def test_a_password_may_have_any_letters() -> None:
    assert Logins(["änn:pässwörd ✓"]).user_of(header("änn:pässwörd ✓")) == "änn"


@pytest.mark.parametrize("text", ["ann", "ann:", ":secret", "ann:secret,", "ann:secret,ann:other"])
def test_a_malformed_login_is_refused_and_not_quoted(text: str) -> None:
    said = problems(FLOWER_BASIC_AUTH=text)

    assert said.startswith("FLOWER_BASIC_AUTH: ")
    assert "secret" not in said


def test_without_any_way_to_log_in_nothing_starts() -> None:
    assert "FLOWER_BASIC_AUTH: is missing" in problems()


def test_there_is_one_way_to_log_in() -> None:
    assert problems(**LOGIN, **OAUTH).startswith("FLOWER_AUTH: is a second way to log in")


def test_logins_may_stand_in_a_file_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "logins"
    file.write_text("# who may see the pages\nann:with,comma\n\nbob:secret\r\n")
    file.chmod(0o600)

    logins = check_configuration(settings(FLOWER_BASIC_AUTH_FILE=str(file)))

    assert logins.user_of(header("ann:with,comma")) == "ann"
    assert logins.user_of(header("bob:secret")) == "bob"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622])
def test_a_file_that_others_may_read_or_write_is_refused(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "logins"
    file.write_text("ann:secret\n")
    file.chmod(mode)

    said = problems(FLOWER_BASIC_AUTH_FILE=str(file))

    assert "chmod 600" in said
    assert "secret" not in said


@pytest.mark.parametrize("content", [None, b"", b"# nobody\n", b"ann\n", b"\xff\xfe"])
def test_a_file_without_logins_is_refused(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "logins"
    if content is not None:
        file.write_bytes(content)
        file.chmod(0o600)

    assert problems(FLOWER_BASIC_AUTH_FILE=str(file)).startswith("FLOWER_BASIC_AUTH_FILE: ")


def test_an_admin_without_a_login_is_a_slip() -> None:
    said = problems(**LOGIN, FLOWER_ADMINS="ann, carl")

    assert said.startswith("FLOWER_ADMINS: carl: there is no such login")


def test_an_admin_whom_oauth_does_not_let_in_is_a_slip() -> None:
    said = problems(**OAUTH, FLOWER_ADMINS="ann@example.com,carl@example.org")

    assert said.startswith("FLOWER_ADMINS: carl@example.org: ")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "No such file" in problems(FLOWER_BASIC_AUTH_FILE=str(tmp_path / "logins"))


def told(**given: str) -> list[str]:
    chosen = settings(**given)
    return warnings(chosen, check_configuration(chosen))


def test_what_is_allowed_but_unwise_is_told_at_the_start() -> None:
    wise = {"FLOWER_BASIC_AUTH": "ann:long enough,bob:12345678", "FLOWER_ADMINS": "ann"}
    proxied = wise | {"FLOWER_ADDRESS": "10.1.2.3", "FLOWER_PLAIN_TEXT": "true"}

    short = told(**wise | {"FLOWER_BASIC_AUTH": "ann:long enough,bob:1234567"})

    assert told(**wise) == told(**proxied, FLOWER_XHEADERS="true") == []
    assert short == ["These passwords are shorter than 8 characters: of bob."]
    assert told(**wise | {"FLOWER_ADMINS": ""})[0].startswith("FLOWER_ADMINS names nobody")
    assert told(**proxied)[0].startswith("FLOWER_XHEADERS is not set")


@pytest.mark.parametrize("name", [name for name in OAUTH if name != "FLOWER_AUTH"])
def test_oauth_needs_all_of_its_settings(name: str) -> None:
    given = {other: value for other, value in OAUTH.items() if other != name}

    assert problems(**given).startswith(f"{name}: is missing")


@pytest.mark.parametrize(
    "pattern",
    [
        ".*@.*",
        ".*@example.com|ann@example.org",
        "ann@.*.com",
        "*@example.com",
        "ann@example.com| bob@example.com",
        "ann@example.com\t",
    ],
)
def test_an_oauth_pattern_that_flower_cannot_read_is_refused(pattern: str) -> None:
    assert problems(**OAUTH | {"FLOWER_AUTH": pattern}).startswith("FLOWER_AUTH: ")


@pytest.mark.parametrize("pattern", [".*@Example.com", "Ann@example.com", "x@y|ANN@example.com"])
def test_capitals_do_not_matter_to_oauth(pattern: str) -> None:
    given = OAUTH | {"FLOWER_AUTH": pattern, "FLOWER_ADMINS": "ann@EXAMPLE.com"}

    check_configuration(settings(**given))

    assert may_enter(pattern, "aNN@example.com")


@pytest.mark.parametrize("address", ["192.0.2.1", "10.1.2.3", "::", "flower.example.com"])
def test_beyond_loopback_flower_wants_tls(address: str) -> None:
    said = problems(**LOGIN, FLOWER_ADDRESS=address)

    assert said.startswith(f"FLOWER_ADDRESS: {address} lies beyond loopback")


def test_a_proxy_that_does_tls_is_taken_at_the_admins_word() -> None:
    given = settings(**LOGIN, FLOWER_ADDRESS="10.1.2.3", FLOWER_PLAIN_TEXT="true")

    assert check_configuration(given).users


def test_certificate_and_key_belong_together(tmp_path: Path) -> None:
    (tmp_path / "some.pem").write_text("")
    path = str(tmp_path / "some.pem")

    assert problems(**LOGIN, FLOWER_CERTFILE=path).startswith("FLOWER_KEYFILE: is missing")
    assert problems(**LOGIN, FLOWER_KEYFILE=path).startswith("FLOWER_CERTFILE: is missing")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLOWER_UNAUTHENTICATED_API", "false"),
        ("FLOWER_DEBUG", "true"),
        ("FLOWER_CONF", "flowerconfig.py"),
        ("FLOWER_UNIX_SOCKET", "/run/flower.sock"),
        ("FLOWER_ADMIN", "ann"),
        ("FLOWER_READONLY", "true"),
        ("FLOWER_PORT", "tcp://10.0.0.1:5555"),
        ("FLOWER_READ_ONLY", "perhaps"),
        ("FLOWER_URL_PREFIX", "../admin"),
        ("FLOWER_URL_PREFIX", '"><script>'),
        ("FLOWER_COOKIE_SECRET", "tiny-secret"),
        ("FLOWER_CERTFILE", "missing.pem"),
    ],
)
def test_a_wrong_or_unknown_variable_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError) as refused:
        read_flower_settings()

    (said,) = refused.value.problems
    assert said.startswith(f"{name}: ")
    assert value not in said
    assert "Input should" not in said


@pytest.mark.parametrize("prefix", ["", "flower", "/flower/", "ops/flower"])
def test_a_prefix_has_no_slash_at_its_end(prefix: str) -> None:
    site = settings(FLOWER_URL_PREFIX=prefix).site

    assert site == ("/" + prefix.strip("/") if prefix else "")


def test_a_certificate_that_is_none_is_refused_before_anybody_connects(tmp_path: Path) -> None:
    (tmp_path / "some.pem").write_text("no certificate")
    path = str(tmp_path / "some.pem")
    given = settings(**LOGIN, FLOWER_CERTFILE=path, FLOWER_KEYFILE=path)

    with pytest.raises(ConfigurationError, match="are no certificate with its key"):
        tornado_settings(given, "a-cookie-secret")


@pytest.mark.parametrize("name", ["", "google", "flower.views.auth.Nobody", "os.path", "no.where"])
def test_a_provider_that_is_none_is_refused(name: str) -> None:
    given = settings(**OAUTH | {"FLOWER_AUTH_PROVIDER": name})

    with pytest.raises(ConfigurationError, match="FLOWER_AUTH_PROVIDER: names no handler"):
        login_handler(given)
