"""A worker's start: the flow file is held against the NetSuite account's own Customer fields."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.eventually import eventually
from tests.integration.commands import PROGRAM, Command
from tests.integration.findings import by_name, ends_with_step
from tests.ports import free_port
from workers.cli.check_steps import NetSuite

NAME = "[[mapping.fields]]\naccount = 'Name'\ncustomer = 'companyName'\nlimit = 83\n"
RULE = "[[mapping.fields]]\naccount = 'Rating'\ncustomer = 'custentity_rating'\n"
WORKER = [
    *(str(PROGRAM.with_name("celery")), "-A", "workers.celery", "worker"),
    *("--without-gossip", "--without-mingle", "--concurrency=2", "--loglevel=INFO"),
]


@contextmanager
def worker(command: Command, *options: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker in the command's directory; its output goes to worker.log there."""
    with (command.directory / "worker.log").open("wb") as log:
        started = subprocess.Popen(
            [*WORKER, *options],
            env=command.environ | settings,
            cwd=command.directory,
            stdout=log,
            stderr=log,
        )
    try:
        yield started
    finally:
        started.kill()
        started.wait(20)


def log_of(command: Command) -> str:
    return (command.directory / "worker.log").read_text()


def flow_file(command: Command, *rules: str) -> Path:
    path = command.directory / "flow.toml"
    path.write_text("".join((NAME, *rules)))
    return path


def test_a_worker_does_not_start_with_rules_that_netsuite_does_not_take(
    command: Command, netsuite: httpx.Client
) -> None:
    fields = {"custentity_ratings": "string", "custentity_rating_date": "date"}
    netsuite.patch("settings", json={"custom_fields": fields}).raise_for_status()
    date = RULE.replace("custentity_rating", "custentity_rating_date")
    flow_file(command, RULE, "limit = 40\n", date, "limit = 40\n")

    with worker(command) as started:
        status = started.wait(30)

    assert status == 2
    assert [line for line in log_of(command).splitlines() if line.startswith("closedwon: ")] == [
        "closedwon: FLOW_FILE: mapping.fields.1.customer: NetSuite's Customers have no field "
        "custentity_rating; did you mean custentity_ratings?",
        "closedwon: FLOW_FILE: mapping.fields.2.kind: custentity_rating_date is a date in "
        'NetSuite: kind must be "date"',
    ]
    assert "Traceback" not in log_of(command)


def test_a_worker_starts_with_rules_that_fit(command: Command, netsuite: httpx.Client) -> None:
    fields = {"custentity_rating": "string"}
    netsuite.patch("settings", json={"custom_fields": fields}).raise_for_status()
    flow_file(command, RULE, "limit = 40\n")

    with worker(command):
        eventually(lambda: "ready." in log_of(command), "the worker is ready")

    assert "was not held against NetSuite" not in log_of(command)


def test_a_worker_starts_without_netsuite_and_says_what_it_could_not_do(command: Command) -> None:
    flow_file(command, RULE, "limit = 40\n")
    nowhere = f"http://127.0.0.1:{free_port()}"

    with worker(command, NETSUITE_BASE_URL=nowhere):
        eventually(lambda: "ready." in log_of(command), "the worker is ready")

    told = [line for line in log_of(command).splitlines() if "was not held against" in line]
    assert len(told) == 1
    assert "WARNING" in told[0]
    assert "NetSuite cannot be reached" in told[0]


def test_without_redis_nothing_is_held_against_netsuite(command: Command) -> None:
    flow_file(command, RULE, "limit = 40\n")
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    with worker(command, REDIS_URL=nowhere) as started:
        eventually(lambda: "Trying again" in log_of(command), "the worker waits for Redis")

        assert started.poll() is None
    assert "Redis does not answer" in log_of(command)


def test_a_wrong_flow_file_ends_the_worker_with_its_problems(command: Command) -> None:
    path = flow_file(command, RULE)

    with worker(command) as started:
        status = started.wait(30)

    assert status == 2
    assert f"closedwon: FLOW_FILE: {path.name}: mapping.fields.1: limit is missing" in log_of(
        command
    )
    assert "Traceback" not in log_of(command)


def test_check_says_which_rules_do_not_fit(command: Command, netsuite: httpx.Client) -> None:
    fields = {"custentity_rating": "boolean"}
    netsuite.patch("settings", json={"custom_fields": fields}).raise_for_status()
    path = flow_file(command, RULE, "limit = 40\n")

    finding = by_name(command.json("check", status=1))["NetSuite mapping"]
    path.write_text(f"{NAME}{RULE}kind = 'boolean'\n")
    mended = by_name(command.json("check"))["NetSuite mapping"]

    assert finding["found"] == "1 wrong"
    assert 'custentity_rating is a boolean in NetSuite: kind must be "boolean"' in finding["advice"]
    assert ends_with_step(finding, NetSuite.ROLE)
    assert mended["found"] == "2 rules fit"
