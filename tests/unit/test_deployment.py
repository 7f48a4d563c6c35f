"""What starts the processes elsewhere: Procfile, Compose, continuous integration, make."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from app.errors import ConfigurationError
from simulators.credentials import load_or_create, write_environment
from workers.processes import for_processes, read_procfile

ROOT = Path(__file__).parents[2]
COMPOSE_FILES = ("docker-compose.yml", "docker-compose.simulators.yml")


class ComposeLoader(yaml.SafeLoader):
    """Knows Compose's `!reset`: what stands behind it replaces what another file says."""


def listed(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> list[Any]:
    return list(loader.construct_sequence(node))


ComposeLoader.add_constructor("!reset", listed)


def composed(file: str) -> dict[str, Any]:
    found: dict[str, Any] = ComposeLoader((ROOT / file).read_text()).get_single_data()
    return found


def services(file: str = "docker-compose.yml") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = composed(file)["services"]
    return found


def executable(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_procfile_and_compose_file_start_the_same_processes_with_the_same_commands() -> None:
    procfile = read_procfile(ROOT)

    commands = {name: services()[name]["command"] for name in procfile}

    assert commands == procfile
    assert services().keys() - procfile.keys() == {"redis", "simulators"}


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_a_compose_file_is_valid_against_the_specification(file: str, tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "check-jsonschema"
    read = tmp_path / "compose.json"
    read.write_text(json.dumps(composed(file)))

    done = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", read],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_is_restarted_and_asked_for_its_health() -> None:
    for name, service in services().items():
        assert service["restart"] == "always", name
        assert service["healthcheck"]["test"], name


def test_beat_is_well_only_while_the_sweeper_runs_and_logs_no_line_for_each_tick() -> None:
    beat = services()["beat"]

    assert beat["healthcheck"]["test"] == ["CMD", "closedwon", "flow", "status", "--check"]
    assert "--loglevel=WARNING" in beat["command"]


def test_composed_redis_keeps_what_it_is_told() -> None:
    command = services()["redis"]["command"]

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "redis:/data" in services()["redis"]["volumes"]


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_compose_publishes_nothing_beyond_loopback(file: str) -> None:
    published = [port for service in services(file).values() for port in service.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_simulators_start_under_their_profile_only() -> None:
    profiles = {name: s["profiles"] for name, s in services().items() if "profiles" in s}

    assert profiles == {"simulators": ["simulators"]}


def test_compose_leads_to_the_simulators_by_the_names_that_they_know(tmp_path: Path) -> None:
    written = write_environment(
        load_or_create(tmp_path),
        salesforce="http://127.0.0.1:8180",
        pubsub="127.0.0.1:8181",
        netsuite="http://127.0.0.1:8182",
    )

    given = services("docker-compose.simulators.yml")["worker"]["environment"]

    wanted = {
        name: str(value).replace(str(tmp_path.resolve()), "/credentials")
        for name, value in dotenv_values(written).items()
    }
    assert given == wanted | {"SALESFORCE_CLIENT_SECRET": ""}


def test_whoever_calls_the_simulators_in_compose_shares_their_loopback_address() -> None:
    base, over = services(), services("docker-compose.simulators.yml")

    callers = {name for name, one in over.items() if "network_mode" in one}

    assert callers == {"worker", "listener", "flower"}
    assert {over[name]["network_mode"] for name in callers} == {"service:simulators"}
    assert not [name for name in callers if over[name].get("ports", base[name].get("ports"))]
    assert over["simulators"]["ports"] == base["flower"]["ports"]


@pytest.mark.parametrize("status", [0, 2])
def test_ci_makes_check_and_test_and_ends_as_they_do(status: int, tmp_path: Path) -> None:
    executable(tmp_path / "make", f'echo "$CI" "$@"; exit {status}')
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    done = subprocess.run(
        [ROOT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.stdout.split() == ["true", "check", "test"]
    assert done.returncode == status


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()

    others = [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line, re.ASCII)]

    assert lines
    assert others == []


def test_every_dependency_has_its_constraint() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
    }

    wanted = {re.split(r"[\[=<>~!]", text)[0] for text in [*project["dependencies"], *extras]}

    assert wanted - pinned == set()


@pytest.mark.parametrize(
    "file", ["pyproject.toml", "constraints.txt", "Makefile", "Dockerfile", ".ci/run"]
)
def test_no_file_names_a_registry(file: str) -> None:
    text = (ROOT / file).read_text()

    assert "://" not in text
    assert not re.search(r"--?(extra-)?index-url|--find-links|-i ", text)


def test_make_alone_prints_what_it_can_do() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert {"make demo", "make test", "make check"} <= set(re.findall(r"make \w+", done.stdout))


def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    for file in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / file, tmp_path)
    shim = executable(tmp_path / "python3.12", "echo no such version >&2; exit 127")

    done = subprocess.run(
        ["make", "check", f"PYTHON={shim} no-such-python"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "No Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("text", ["worker", "worker:", ": command", "two words: command"])
def test_a_malformed_procfile_is_refused_with_its_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text(f"# processes\n{text}\n")

    with pytest.raises(ConfigurationError, match="line 2"):
        read_procfile(tmp_path)


def test_a_directory_without_procfile_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is missing"):
        read_procfile(tmp_path)


@pytest.mark.parametrize("file", ["Dockerfile", "docs/operations.md"])
def test_each_way_to_start_keeps_a_process_of_many_threads_small(file: str) -> None:
    setting = f"GLIBC_TUNABLES={for_processes({})['GLIBC_TUNABLES']}"

    assert setting in (ROOT / file).read_text()
    assert for_processes({"GLIBC_TUNABLES": "own"})["GLIBC_TUNABLES"] == "own"
