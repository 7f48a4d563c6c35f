"""E-mail, over the wire: TLS, logins, and what is said of a server that does not take it."""

from pathlib import Path
from typing import Any

import pytest

from app.notifications.mail import Mail
from app.notifications.message import Message
from app.notifications.not_sent import MessageRefused, NotSent
from tests.integration.notifications.postroom import (
    OPS,
    PASSWORD,
    USER,
    Letterbox,
    hooked,
    letterbox,
)
from tests.integration.notifications.telling import PAGES, by_mail, settings

DOWN = Message("service_down", "netsuite", "NetSuite is down", "It is paused.", 1795000000.0)
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
"""The server takes no account of TLS that is there from the beginning."""
LOGIN = {"notify_smtp_user": USER, "notify_smtp_password": PASSWORD}


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers' certificate is."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def mail(directory: Path, box: Letterbox, security: str = "plain", **given: Any) -> Mail:
    return Mail(settings(directory, **by_mail(box, security, **given)))


def test_it_says_in_plain_words_what_is_wrong_and_where_it_is_seen(
    tmp_path: Path, box: Letterbox
) -> None:
    way = mail(tmp_path, box, notify_email_to=f"{OPS},night@example.com")

    said = way.send(DOWN)

    [arrived] = box.mails
    assert said == f"The mail server took the message for {OPS}, night@example.com."
    assert box.recipients == [OPS, "night@example.com"]
    assert arrived["Subject"] == "closedwon: NetSuite is down"
    assert (arrived["From"], arrived["Auto-Submitted"]) == (
        "closedwon@example.com",
        "auto-generated",
    )
    assert arrived["Message-ID"].endswith("@example.com>")
    assert arrived.get_content().split() == ["It", "is", "paused.", f"{PAGES}/flow"]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_goes_over_tls_with_a_login(tmp_path: Path, security: str) -> None:
    with letterbox(security, tmp_path, login=True) as box:
        mail(tmp_path, box, security, **LOGIN).send(DOWN)

    assert len(box.mails) == 1
    assert box.logins == [USER]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_neither_login_nor_message(
    tmp_path: Path, security: str
) -> None:
    with (
        letterbox(security, tmp_path, login=True) as box,
        pytest.raises(NotSent, match=r"The certificate of 127\.0\.0\.1:\d+ is not trusted: self"),
    ):
        mail(tmp_path, box, security, **LOGIN).send(DOWN)

    assert (box.mails, box.logins) == ([], [])


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_and_not_quoted(tmp_path: Path) -> None:
    given = LOGIN | {"notify_smtp_password": "hush-hush"}

    with (
        letterbox("starttls", tmp_path, login=True) as box,
        pytest.raises(NotSent) as failed,
    ):
        mail(tmp_path, box, "starttls", **given).send(DOWN)

    assert str(failed.value) == "The mail server refuses the login NOTIFY_SMTP_USER (535)."
    assert box.mails == []


def test_a_server_without_starttls_gets_nothing(tmp_path: Path, box: Letterbox) -> None:
    way = mail(tmp_path, box, "starttls")

    with pytest.raises(NotSent, match="does not offer what the settings ask for, STARTTLS"):
        way.send(DOWN)

    assert box.mails == []


def test_a_server_that_speaks_no_tls_is_told(tmp_path: Path, box: Letterbox) -> None:
    way = mail(tmp_path, box, "tls")

    with pytest.raises(NotSent, match="does not speak TLS so: are NOTIFY_SMTP_SECURITY and"):
        way.send(DOWN)

    assert box.mails == []


def test_recipients_that_are_refused_are_named(tmp_path: Path, box: Letterbox) -> None:
    box.refuses = {OPS}

    with pytest.raises(NotSent) as failed:
        mail(tmp_path, box).send(DOWN)
    said = mail(tmp_path, box, notify_email_to=f"{OPS},night@example.com").send(DOWN)

    assert str(failed.value) == f"The mail server refuses {OPS}."
    assert said.endswith(f"night@example.com, but refuses {OPS}.")
    assert box.recipients == ["night@example.com"]


def test_of_recipients_that_are_refused_the_log_says_how_many_and_not_who(
    tmp_path: Path, box: Letterbox, caplog: pytest.LogCaptureFixture
) -> None:
    box.refuses = {OPS}

    mail(tmp_path, box, notify_email_to=f"{OPS},night@example.com").send(DOWN)

    [said] = [one.getMessage() for one in caplog.records if one.name == "app.notifications.mail"]
    assert said.startswith("The mail server took a message, but refuses 1 of 2 recipients")
    assert "@" not in said


@pytest.mark.parametrize("farewell", ["250 OK", "421 busy", "500 what?", "nonsense"])
def test_a_message_that_was_taken_is_sent_however_the_server_takes_leave(
    tmp_path: Path, box: Letterbox, farewell: str
) -> None:
    box.farewell = farewell

    said = mail(tmp_path, box).send(DOWN)

    assert said == f"The mail server took the message for {OPS}."
    assert len(box.mails) == 1


def test_why_a_message_is_refused_is_told_however_the_server_takes_leave(
    tmp_path: Path, box: Letterbox
) -> None:
    box.refuses, box.farewell = {OPS}, "250 OK"

    with pytest.raises(NotSent) as failed:
        mail(tmp_path, box).send(DOWN)

    assert str(failed.value) == f"The mail server refuses {OPS}."


def test_a_message_that_is_not_taken_is_told_by_its_code(tmp_path: Path, box: Letterbox) -> None:
    box.is_full = True

    with pytest.raises(NotSent, match=r"refuses the message \(452\)") as failed:
        mail(tmp_path, box).send(DOWN)

    assert not isinstance(failed.value, MessageRefused)
    assert box.mails == []


def test_words_that_are_not_wanted_are_another_matter(tmp_path: Path, box: Letterbox) -> None:
    box.unwanted = "It is paused"

    with pytest.raises(MessageRefused, match=r"refuses the message \(550\)"):
        mail(tmp_path, box).send(DOWN)

    assert box.mails == []


def test_a_server_that_is_none_is_told_with_its_address(tmp_path: Path, box: Letterbox) -> None:
    with hooked() as hook:
        port = int(hook.url.split(":")[2].partition("/")[0])
    way = mail(tmp_path, box, notify_smtp_port=port)

    with pytest.raises(NotSent) as failed:
        way.send(DOWN)

    where = f"The mail server at 127.0.0.1:{port} cannot be reached"
    assert str(failed.value).startswith(where)


def test_a_server_whose_name_is_none_is_told(tmp_path: Path, box: Letterbox) -> None:
    given = {"notify_smtp_host": "smtp..example.com"}

    with pytest.raises(NotSent, match=r"at smtp\.\.example\.com:\d+ cannot be reached"):
        mail(tmp_path, box, "starttls", **given).send(DOWN)
