"""Private keys in PEM files, and the JWTs that they sign. What is said of a file that will not do
names its fault and its remedy, never its content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.errors import AuthenticationFailed


@dataclass(frozen=True, slots=True)
class Algorithms:
    """The signatures that a service accepts."""

    rsa: str
    least_bits: int
    """Of an RSA key."""
    curves: Mapping[str, str] = field(default_factory=dict)
    """Algorithm by curve."""

    def __str__(self) -> str:
        kinds = [f"RSA of {self.least_bits} bits or more", *(f"EC {name}" for name in self.curves)]
        return " or ".join(kinds)


@dataclass(frozen=True, slots=True)
class Signer:
    key: RSAPrivateKey | EllipticCurvePrivateKey = field(repr=False)
    algorithm: str


def read_signer(path: Path, accepted: Algorithms) -> Signer:
    """The key in the file, with the algorithm it signs by.

    Raises:
        ValueError: the file cannot be read, or holds no unencrypted key of an accepted kind.
    """
    try:
        pem = path.read_bytes()
    except (OSError, ValueError):  # whose words quote the path, which may be a key by mistake
        raise ValueError("names a file that is gone or may not be read: check its rights") from None
    try:
        key = _parsed(pem)
    except TypeError:
        raise ValueError(
            "names a file whose key is encrypted: decrypt it, as with `openssl pkey -in … -out …`"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("names a file without a readable private key: it must be PEM") from None
    if isinstance(key, RSAPrivateKey) and key.key_size >= accepted.least_bits:
        return Signer(key, accepted.rsa)
    if isinstance(key, EllipticCurvePrivateKey) and key.curve.name in accepted.curves:
        return Signer(key, accepted.curves[key.curve.name])
    raise ValueError(f"names a file with a key of the wrong kind: make one that is {accepted}")


@lru_cache(maxsize=4)
def _parsed(pem: bytes) -> PrivateKeyTypes:
    """A process reads the same files again and again, and OpenSSL takes 40 ms of CPU to see whether
    the numbers of an RSA key are primes.
    """
    return load_pem_private_key(pem, password=None)


def sign(
    path: Path,
    accepted: Algorithms,
    claims: dict[str, object],
    *,
    service: str,
    key_id: str | None = None,
) -> str:
    """A JWT. The file is read each time: keys are rotated under running processes.

    Raises:
        AuthenticationFailed: the file was exchanged or removed since the start. `service` is
            salesforce or netsuite.
    """
    try:
        signer = read_signer(path, accepted)
        header = {"kid": key_id} if key_id else None
        return jwt.encode(claims, signer.key, signer.algorithm, header)
    except (ValueError, TypeError, jwt.PyJWTError) as wrong:
        words = f"{service.upper()}_PRIVATE_KEY_FILE {wrong}."
        raise AuthenticationFailed(words, service=service) from None
