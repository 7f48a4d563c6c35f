"""What is kept of a service's answer."""

import pytest

from app.errors import RecordRejected
from app.legible import legible
from app.service_words import keepable


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Invalid e-mail: ann.lee+x@mail.example.com.", "Invalid e-mail: •• e-mail."),
        ("<ann@example.com>;bob@example.com", "<•• e-mail>;•• e-mail"),
        ("Phone (512) 757-6000 is wrong", "Phone •• number is wrong"),
        ("'+49 30 / 12 34 56-7'", "'•• number'"),
        ("phone 0049.30.1234567, fax 5551234", "phone •• number, fax •• number"),
        ("phone:5551234", "phone:•• number"),
    ],
)
def test_personal_data_is_masked(said: str, kept: str) -> None:
    assert keepable(said) == kept
    assert keepable(kept) == kept


@pytest.mark.parametrize(
    "said",
    [
        "400 USER_ERROR: Invalid reference key 123456 for entity 99.",
        "Customer 1027 and Account 001Ws00003abcdeIAA, 001000000000001, SF-001000000000001AAA",
        "An unexpected error occurred. Error ID: 12345678901234",
        "UNKNOWN_EXCEPTION: ErrorId: 1234567890-12345 (-1234567890)",
        "rpcId: 12345678-1234-1234-1234-123456789012",
        "since 2026-01-31T12:00:00.000Z, 2026-01-31 and 1/31/2026",
        "failed to connect to ipv4:192.168.100.200:43211",
        "a field of 1,234 characters, 83 at most; äöü 株式会社",
        "line 1\nline 2",
    ],
)
def test_what_says_what_is_wrong_stays(said: str) -> None:
    assert keepable(said) == said


@pytest.mark.parametrize(
    "hidden",
    ["\x1b]0;owned\x07", "\x9b2J", "\x7f", "\r", "\u202e", "\u2066", "\u200b", "\ufeff", "\x00"],
)
def test_what_nobody_sees_is_dropped_wherever_words_are_made(hidden: str) -> None:
    failed = RecordRejected(f"a{hidden}b", service_words=f"c{hidden}\nd", request=f"e{hidden}")

    seen = str(failed), failed.service_words, failed.request

    shown = hidden.replace("\x1b", "").replace("\x07", "") if "owned" in hidden else hidden[1:]
    assert seen == (f"a{shown}b", f"c{shown}\nd", f"e{shown}")


def test_letters_that_are_joined_stay_joined() -> None:
    written = "می\u200cخواهم 👩\u200d💻"

    assert legible(written) == written
