"""The documentation, held against the code that it speaks of."""

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from app import errors
from app.flow import Flow
from app.settings import Settings
from workers.cli import main
from workers.flower.settings import REFUSED, FlowerSettings

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
DECISIONS = sorted((ROOT / "docs/decisions").iterdir())
OF_THE_CONTRACT_SUITE = {
    "CLOSEDWON_CONTRACT_SUBSIDIARY_ID",
    "CLOSEDWON_CONTRACT_SIGNING_ALGORITHM",
}

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SETTING = re.compile(
    r"\b(?:REDIS|SALESFORCE|NETSUITE|FLOW|FLOWER|RETRY|CREDENTIALS|LEDGER|LISTENER|RECONCILE|FULL|SWEEP"
    r"|STORY|WORKER|LOG|NOTIFY|PAGES)"
    r"(?:_[A-Z]+)+\b"
)
_FLOW_KEY = re.compile(
    r"`((?:qualification|matching|hierarchy|mapping|subsidiaries|currencies)(?:\.\w+)+)`"
)
_COMMAND = re.compile(r"(?:^ {4,}|`)(?:\w+=\S+ )*closedwon ([^`#\n]+)", re.MULTILINE)


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


def anchors(document: Path) -> set[str]:
    """The names of a document's headings, as links have them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))

    dead = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert not dead


@pytest.mark.parametrize("document", DOCS, ids=named)
def test_every_setting_named_exists(document: Path) -> None:
    settings = (*Settings.model_fields, *FlowerSettings.model_fields)
    known = {name.upper() for name in settings} | OF_THE_CONTRACT_SUITE | {*REFUSED}

    told = set(_SETTING.findall(document.read_text(encoding="utf-8")))

    assert told <= known


@pytest.mark.parametrize("document", DOCS, ids=named)
def test_every_key_of_the_flow_file_named_exists(document: Path) -> None:
    told = _FLOW_KEY.findall(document.read_text(encoding="utf-8"))

    unknown = []
    for key in told:
        table, name = key.split(".", 1)
        rules = Flow.model_fields[table].annotation
        assert isinstance(rules, type)
        assert issubclass(rules, BaseModel)
        if name not in rules.model_fields:
            unknown.append(key)

    assert not unknown


@pytest.mark.parametrize("document", DOCS, ids=named)
def test_every_command_named_exists_with_its_options(document: Path) -> None:
    told = _COMMAND.findall(document.read_text(encoding="utf-8"))

    wrong = [line for line in told if problem_with(shlex.split(line))]

    assert not wrong


def problem_with(words: list[str]) -> str:
    """Why the words are no call of ours; empty if they are."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return f"no command {words[0]}"
        command = found
        words.pop(0)
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    unknown = {word for word in words if word.startswith("-")} - known
    return f"no option {', '.join(unknown)}" if unknown else ""


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")

    words = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)[1:]

    assert len(words) > 50
    assert len(set(words)) == len(words)
    assert [word.lower() for word in words] == sorted(word.lower() for word in words)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
def test_a_decision_says_context_decision_and_consequences(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)

    assert headings[0].startswith(f"{int(decision.name[:4])}. ")
    assert headings[1:] == ["Context", "Decision", "Consequences"]


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = {
        re.split(r"[<>=~!]", given)[0]
        for given in (*project["dependencies"], *(name for extra in extras for name in extra))
    }
    text = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")

    cells = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)
    told = {name for cell in cells[1:] for name in cell.split(", ")}

    assert told - {"---"} == wanted


def test_every_cause_of_a_letter_is_explained() -> None:
    known = {
        name
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, errors.SyncError)
    } - {"SyncError", "TransientError"}
    ledgers_own = {"WorkerLost", "NeededButGone", "ParentDiscarded"}
    netsuites = {"EntityExists", "ReferenceRejected"}

    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert [cause for cause in sorted(known | ledgers_own | netsuites) if cause not in text] == []
