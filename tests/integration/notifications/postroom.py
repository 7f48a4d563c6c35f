"""Where messages arrive: a web server and a mail server of a test's own, on loopback."""

import datetime
import ipaddress
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from tests.keys import pem
from tests.ports import free_port

OPS = "ops@example.com"
USER, PASSWORD = "closedwon", "correct-horse-battery"


class Hook:
    """A webhook's other end: keeps what it is sent, and answers as a test says."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status = 200
        self.statuses: dict[str, int] = {}
        """Event to the status that answers it."""
        self.location = ""
        self.url = ""


@contextmanager
def hooked() -> Iterator[Hook]:
    """→ the other end, while it answers."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hook.paths.append(self.path)
            self._respond(hook.status)

        def do_POST(self) -> None:
            hook.paths.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = hook.statuses.get(body["event"], hook.status)
            if status < 300:
                hook.received.append(body)
            self._respond(status)

        def log_message(self, *words: object) -> None:
            """Nobody reads it."""

        def _respond(self, status: int) -> None:
            self.send_response(status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", free_port()), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        hook.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/T0KEN"
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


class Letterbox:
    """A mail server: keeps what it takes, and refuses whom a test names."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.logins: list[str] = []
        self.refuses: set[str] = set()
        self.unwanted = ""
        """It does not want mails with these words."""
        self.is_full = False
        self.farewell = "221 Bye"

    async def handle_RCPT(  # noqa: N802 - the server's own name for it
        self, server: object, session: object, envelope: Envelope, address: str, options: object
    ) -> str:
        if address in self.refuses:
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server's own name for it
        self, server: object, session: object, envelope: Envelope
    ) -> str:
        if self.is_full:
            return "452 no room"
        content = envelope.content
        assert isinstance(content, bytes)
        if self.unwanted and self.unwanted.encode() in content:
            return "550 looks like spam"
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    async def handle_QUIT(  # noqa: N802 - the server's own name for it
        self, server: object, session: object, envelope: Envelope
    ) -> str:
        return self.farewell

    def check(
        self, server: object, session: object, envelope: object, mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(given.login.decode())
        wanted = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=given == wanted, handled=False)


@contextmanager
def letterbox(security: str, directory: Path, *, login: bool = False) -> Iterator[Letterbox]:
    """→ the server, while it runs; `directory` gets its authority's certificate, ca.pem."""
    box = Letterbox()
    context = None if security == "plain" else _context(directory)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        ssl_context=context if security == "tls" else None,
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        authenticator=box.check if login else None,
        auth_required=login,
        auth_require_tls=security == "starttls",
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _context(directory: Path) -> ssl.SSLContext:
    (directory / "ca.pem").write_bytes(certificate())
    (directory / "key.pem").write_bytes(pem("secp256r1"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "ca.pem", directory / "key.pem")
    return context


@cache
def certificate() -> bytes:
    """Of 127.0.0.1, signed by itself, valid for the tests' day."""
    key: Any = load_pem_private_key(pem("secp256r1"), None)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "letterbox")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
