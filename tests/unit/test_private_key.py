"""Key files: which are taken, what is said of the others, and what is never said."""

from pathlib import Path

import jwt
import pytest

from app.errors import AuthenticationFailed
from app.netsuite.auth import ALGORITHMS as NETSUITE
from app.private_key import Algorithms, read_signer, sign
from app.salesforce.auth import ALGORITHMS as SALESFORCE
from tests.keys import pem

CONTENT = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj"


@pytest.mark.parametrize(
    ("kind", "accepted", "algorithm"),
    [
        ("rsa2048", SALESFORCE, "RS256"),
        ("rsa3072", NETSUITE, "PS256"),
        ("secp256r1", NETSUITE, "ES256"),
        ("secp384r1", NETSUITE, "ES384"),
        ("secp521r1", NETSUITE, "ES512"),
    ],
)
def test_a_key_signs_by_its_kind(
    tmp_path: Path, kind: str, accepted: Algorithms, algorithm: str
) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(pem(kind))

    token = sign(file, accepted, {"iss": "us"}, service="netsuite", key_id="certificate")

    assert jwt.get_unverified_header(token) == {
        "alg": algorithm,
        "typ": "JWT",
        "kid": "certificate",
    }


@pytest.mark.parametrize(
    ("content", "accepted", "words"),
    [
        (b"", SALESFORCE, "without a readable private key"),
        (b"\xff\xfe\x00", NETSUITE, "without a readable private key"),
        (
            f"-----BEGIN PRIVATE KEY-----\n{CONTENT}\n-----END PRIVATE KEY-----\n".encode(),
            SALESFORCE,
            "without a readable private key",
        ),
        (pem("rsa2048", "a password"), SALESFORCE, "encrypted"),
        (pem("secp256r1", "a password"), NETSUITE, "encrypted"),
        (pem("secp256r1"), SALESFORCE, "wrong kind: make one that is RSA of 2048"),
        (pem("rsa1024"), SALESFORCE, "wrong kind: make one that is RSA of 2048"),
        (pem("rsa2048"), NETSUITE, "wrong kind: make one that is RSA of 3072"),
        (pem("secp256k1"), NETSUITE, "wrong kind"),
        (pem("ed25519"), NETSUITE, "wrong kind"),
    ],
)
def test_a_file_that_will_not_do_says_why_and_not_what_it_holds(
    tmp_path: Path, content: bytes, accepted: Algorithms, words: str
) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)

    with pytest.raises(ValueError, match=words) as refused:
        read_signer(file, accepted)

    assert not any(line and line in str(refused.value) for line in content.decode("latin1").split())
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("service", ["salesforce", "netsuite"])
@pytest.mark.parametrize("fate", ["gone", "a directory", "replaced by garbage"])
def test_a_key_that_vanishes_under_a_running_process_pauses_its_service(
    tmp_path: Path, service: str, fate: str
) -> None:
    file = tmp_path / "key.pem"
    if fate == "a directory":
        file.mkdir()
    elif fate == "replaced by garbage":
        file.write_text(CONTENT)

    with pytest.raises(AuthenticationFailed) as refused:
        sign(file, SALESFORCE, {"iss": "us"}, service=service)

    assert refused.value.service == service
    assert str(refused.value).startswith(f"{service.upper()}_PRIVATE_KEY_FILE names ")
    assert CONTENT not in str(refused.value)
