"""The keys and names that an admin of both clouds would have set up, kept in one directory."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True)
class Credentials:
    """What the clouds know of their clients.

    The public keys (PEM) are the clouds' copies; the private keys lie in ``directory``.
    """

    directory: Path
    salesforce_public_key: bytes
    netsuite_public_key: bytes
    salesforce_client_secret: str
    netsuite_consumer_secret: str
    netsuite_token_secret: str
    salesforce_client_id: str = "3MVG9simulatedClosedWonClient"
    salesforce_username: str = "integration@closedwon.example"
    netsuite_account_id: str = "9300001"
    netsuite_client_id: str = "3d1c9e0f5a7b48d2a6e4closedwon"
    netsuite_certificate_id: str = "closedwonSimulatedCertificate"
    netsuite_consumer_key: str = "71fd02a47d3c4e0e8c5dclosedwon"

    @property
    def netsuite_token_id(self) -> str:
        """Names the access token, and is no secret."""
        return "e4a81c6b9f2d47a3b05closedwon"

    @property
    def salesforce_private_key_file(self) -> Path:
        """RSA 2048, PKCS 8 PEM: signs the JWT bearer assertion (RS256)."""
        return self.directory / "salesforce.key"

    @property
    def netsuite_private_key_file(self) -> Path:
        """EC P-256, PKCS 8 PEM: signs the client assertion (ES256)."""
        return self.directory / "netsuite.key"


def load_or_create(directory: Path) -> Credentials:
    """The credentials in the directory; what is missing is made, with mode 0600.

    Raises:
        OSError: the directory cannot be made, read or written.
        ValueError: a key file holds no private key.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Credentials(
        directory=directory,
        salesforce_public_key=_public_key(directory / "salesforce.key", elliptic=False),
        netsuite_public_key=_public_key(directory / "netsuite.key", elliptic=True),
        salesforce_client_secret=_secret(directory / "salesforce.secret"),
        netsuite_consumer_secret=_secret(directory / "netsuite-consumer.secret"),
        netsuite_token_secret=_secret(directory / "netsuite-token.secret"),
    )


def write_environment(
    credentials: Credentials, *, salesforce: str, pubsub: str, netsuite: str
) -> Path:
    """Write ``simulators.env``, the variables a client needs, and answer its path.

    Beside it ``netsuite-tba.env``: the variables with which a client signs its requests to NetSuite
    (Token-Based Authentication) in place of logging in.

    ``salesforce`` and ``netsuite`` are base URLs, ``pubsub`` is host:port.
    """
    variables = {
        "SALESFORCE_LOGIN_URL": salesforce,
        "SALESFORCE_CLIENT_ID": credentials.salesforce_client_id,
        "SALESFORCE_USERNAME": credentials.salesforce_username,
        "SALESFORCE_PRIVATE_KEY_FILE": credentials.salesforce_private_key_file.resolve(),
        "SALESFORCE_PUBSUB_ENDPOINT": pubsub,
        "NETSUITE_ACCOUNT_ID": credentials.netsuite_account_id,
        "NETSUITE_BASE_URL": netsuite,
        "NETSUITE_CLIENT_ID": credentials.netsuite_client_id,
        "NETSUITE_CERTIFICATE_ID": credentials.netsuite_certificate_id,
        "NETSUITE_PRIVATE_KEY_FILE": credentials.netsuite_private_key_file.resolve(),
    }
    token_based = {
        "NETSUITE_CLIENT_ID": "",
        "NETSUITE_CERTIFICATE_ID": "",
        "NETSUITE_PRIVATE_KEY_FILE": "",
        "NETSUITE_CONSUMER_KEY": credentials.netsuite_consumer_key,
        "NETSUITE_CONSUMER_SECRET": credentials.netsuite_consumer_secret,
        "NETSUITE_TOKEN_ID": credentials.netsuite_token_id,
        "NETSUITE_TOKEN_SECRET": credentials.netsuite_token_secret,
    }
    _write_variables(credentials.directory / "netsuite-tba.env", token_based)
    return _write_variables(credentials.directory / "simulators.env", variables)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def _write_variables(path: Path, variables: Mapping[str, object]) -> Path:
    write_private(path, "".join(f"{k}={v}\n" for k, v in variables.items()).encode())
    return path


def _secret(file: Path) -> str:
    if not file.exists():
        write_private(file, secrets.token_hex(32).encode())
    return file.read_text()


def _public_key(private_key_file: Path, *, elliptic: bool) -> bytes:
    if not private_key_file.exists():
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
        if elliptic:
            key = ec.generate_private_key(ec.SECP256R1())
        else:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(private_key_file, pem)
    loaded = load_pem_private_key(private_key_file.read_bytes(), password=None)
    return loaded.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
