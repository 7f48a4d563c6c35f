"""Messages as e-mail, handed to one mail server."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from typing import Literal

from app.notifications.message import Message, line
from app.notifications.not_sent import MessageRefused, NotSent
from app.settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 10.0
"""For each of the server's answers."""


class Mail:
    """Through the server in NOTIFY_SMTP_HOST: over TLS, whose certificate is verified, or in plain
    text to this machine itself.
    """

    def __init__(self, settings: Settings) -> None:
        self.name: Literal["email"] = "email"
        self._settings = settings

    def send(self, message: Message) -> str:
        """→ what happened, in a sentence. It is sent if the server took it for anybody.

        Raises:
            MessageRefused: the server does not want its words.
            NotSent: the server did not take it.
        """
        with self._failures_told(), self._connected() as server:
            refused = server.send_message(self._written(message))
        to = self._settings.notify_email_to
        taken = ", ".join(address for address in to if address not in refused)
        if not refused:
            return f"The mail server took the message for {taken}."
        log.warning(
            "The mail server took a message, but refuses %d of %d recipients: are the addresses "
            "in NOTIFY_EMAIL_TO right?",
            len(refused),
            len(to),
        )
        others = ", ".join(sorted(refused))
        return f"The mail server took the message for {taken}, but refuses {others}."

    def _written(self, message: Message) -> EmailMessage:
        settings = self._settings
        mail = EmailMessage()
        mail["Subject"] = message.subject
        mail["From"] = settings.notify_email_from
        mail["To"] = ", ".join(settings.notify_email_to)
        mail["Date"] = format_datetime(localtime())
        mail["Message-ID"] = make_msgid(domain=settings.notify_email_from.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
        lines = [line(message.words, 500), "", message.url(settings.pages_url)]
        mail.set_content("\n".join(lines).rstrip() + "\n")
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        host, port = settings.notify_smtp_host, settings.smtp_port
        if settings.notify_smtp_security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
        try:
            if settings.notify_smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.notify_smtp_user:
                password = settings.notify_smtp_password.get_secret_value()
                server.login(settings.notify_smtp_user, password)
            yield server
        finally:  # however it takes our leave: what it took, it took
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            with suppress(OSError):
                server.close()

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        """In our words: the server's own may quote what it was given."""
        try:
            yield
        except (smtplib.SMTPException, OSError, UnicodeError) as failed:  # the last: of its name
            kind = MessageRefused if _is_about_the_message(failed) else NotSent
            raise kind(self._why(failed)) from None

    def _why(self, failed: OSError | UnicodeError) -> str:
        where = f"{self._settings.notify_smtp_host}:{self._settings.smtp_port}"
        if isinstance(failed, smtplib.SMTPRecipientsRefused):
            return f"The mail server refuses {', '.join(sorted(failed.recipients))}."
        if isinstance(failed, smtplib.SMTPSenderRefused):
            return f"The mail server refuses NOTIFY_EMAIL_FROM as sender ({failed.smtp_code})."
        if isinstance(failed, smtplib.SMTPAuthenticationError):
            return f"The mail server refuses the login NOTIFY_SMTP_USER ({failed.smtp_code})."
        if isinstance(failed, smtplib.SMTPNotSupportedError):
            return (
                "The mail server does not offer what the settings ask for, STARTTLS or a login: "
                "are NOTIFY_SMTP_SECURITY, NOTIFY_SMTP_PORT and NOTIFY_SMTP_USER right?"
            )
        if isinstance(failed, smtplib.SMTPResponseException):
            return f"The mail server refuses the message ({failed.smtp_code})."
        if isinstance(failed, ssl.SSLCertVerificationError):
            return f"The certificate of {where} is not trusted: {failed.verify_message}."
        if isinstance(failed, ssl.SSLError):
            return f"{where} does not speak TLS so: are NOTIFY_SMTP_SECURITY and _PORT right?"
        kind = type(failed).__name__
        return f"The mail server at {where} cannot be reached, or broke off ({kind})."


def _is_about_the_message(failed: OSError | UnicodeError) -> bool:
    """Sender, recipients and login are the same in all messages: only the words are its own."""
    return isinstance(failed, smtplib.SMTPDataError) and 500 <= failed.smtp_code < 600
