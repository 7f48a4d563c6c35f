"""Where settings are given: a `.env` that cannot be read, names that are slips, a place to look."""

import os
from pathlib import Path

import pytest

from app import environment
from app.errors import ConfigurationError
from app.settings import Settings, get_settings

KNOWN = Settings.model_fields


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process stands, in an environment that gives no setting."""
    for name in list(os.environ):
        if name.lower() in KNOWN or name.startswith(environment.OURS):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems() -> list[str]:
    get_settings.cache_clear()
    with pytest.raises(ConfigurationError) as refused:
        get_settings()
    return refused.value.problems


def test_without_a_file_it_is_told_where_one_was_looked_for(directory: Path) -> None:
    said = problems()

    assert said[-1] == f"No .env in {directory}: copy .env.example there."


def test_with_a_file_nothing_is_said_of_its_place(directory: Path) -> None:
    (directory / ".env").touch()

    said = problems()

    assert not any(problem.startswith("No .env") for problem in said)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("SALESFORCE_CLIENT_SECRET=zażółć".encode("utf-16"), [".env: is no UTF-8 text."]),
        (b"SALESFORCE_CLIENT_SECRET=gr\xfcn", [".env: is no UTF-8 text."]),
        (b"LOG_LEVEL=INFO\n\n# words\nSALESFORCE_CLIENT_SECRET hush\n", [".env, line 4: must be"]),
        (b"hush hush\nLOG_LEVEL=INFO\nREDIS_URL='hush\n", [".env, line 1: ", ".env, line 3: "]),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_not_what(
    directory: Path, content: bytes, words: list[str]
) -> None:
    (directory / ".env").write_bytes(content)

    said = problems()

    assert len(said) == len(words)
    assert all(problem.startswith(start) for problem, start in zip(said, words, strict=True))
    assert "hush" not in "".join(said)


def test_a_mark_at_the_files_beginning_hides_no_setting(directory: Path) -> None:
    (directory / ".env").write_bytes(b"\xef\xbb\xbfSALESFORCE_CLIENT_ID=consumer-key\n")

    said = problems()

    assert not any(problem.startswith("SALESFORCE_CLIENT_ID") for problem in said)


@pytest.mark.parametrize("of_the_file", [True, False])
def test_a_misspelt_setting_is_a_problem_with_the_right_name(
    directory: Path, monkeypatch: pytest.MonkeyPatch, of_the_file: bool
) -> None:
    if of_the_file:
        (directory / ".env").write_text("netsuite_concurency=7\n")
    else:
        monkeypatch.setenv("NETSUITE_CONCURENCY", "7")

    said = problems()

    assert "NETSUITE_CONCURENCY: is unknown; NETSUITE_CONCURRENCY?" in said


def test_a_name_like_no_setting_points_to_the_example() -> None:
    said = environment.unknown(["LEDGER_XYZZY_QUUX_PLUGH_12345"], KNOWN)

    assert said == ["LEDGER_XYZZY_QUUX_PLUGH_12345: is unknown; .env.example has every setting."]


def test_other_programs_variables_and_empty_ones_are_nobodys_problem(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_PORT", "tcp://10.0.0.1:6379")
    monkeypatch.setenv("RETRY_ALWAYS", "")
    (directory / ".env").write_text("FLOWER_PORT=5555\nLEDGER_COLOUR=\n")

    said = problems()

    assert not any("is unknown" in problem for problem in said)
