"""How figures of a proof are judged, kept and told."""

import json
from pathlib import Path
from typing import Any

from proof.report.chart import Chart
from proof.report.results import Results
from proof.report.section import Column, Section
from proof.report.targets import Target

MACHINE = {"cpus": 2, "load_average": 0.5}


def section(**rows: float | None) -> Section:
    return Section(
        name="kills",
        title="Kills",
        method="Something is killed.",
        columns=(Column("lost", "lost"), Column("recovery", "recovery, s", ",.1f")),
        targets=(Target("*", "lost", "exactly", 0),),
        chart=Chart("bars", {"recovery": "recovery"}, "seconds"),
        rows={name: {"lost": lost, "recovery": 1.25} for name, lost in rows.items()},
    )


def stored(directory: Path, name: str = "kills") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / f"{name}.json").read_text())
    return found


def test_a_row_that_misses_its_target_says_so_and_the_table_is_not_met() -> None:
    found = section(worker=0, beat=2)

    cells = list(found.cells())

    assert cells == [("worker", "0", "1.2", "met"), ("beat", "2", "1.2", "MISSED: lost = 0")]
    assert not found.is_met


def test_what_could_not_be_measured_meets_no_target() -> None:
    unmeasured, failed = section(worker=None), section(worker=0)
    failed.failures["beat"] = "NeverCame: rest"

    assert not unmeasured.is_met
    assert not failed.is_met
    assert list(failed.cells())[-1] == ("beat", "–", "–", "FAILED: NeverCame: rest")


def test_rows_and_failures_of_earlier_runs_stand_until_they_are_measured_again(
    tmp_path: Path,
) -> None:
    first = section(worker=0, gone=0)
    first.failures["beat"] = "NeverCame: rest"
    Results(tmp_path, MACHINE).keep(first, ("worker", "beat", "flower", "gone"))

    Results(tmp_path, {**MACHINE, "load_average": 9}).keep(
        section(flower=1), ("worker", "beat", "flower")
    )

    kept = stored(tmp_path)
    assert list(kept["rows"]) == ["worker", "flower"]
    assert kept["failures"] == {"beat": "NeverCame: rest"}
    assert kept["met"] is False
    assert (tmp_path / "kills.svg").read_text().startswith("<?xml")
    assert "| flower | 1 | 1.2 | MISSED: lost = 0 |" in (tmp_path / "kills.md").read_text()


def test_a_row_that_was_measured_again_has_not_failed_any_more(tmp_path: Path) -> None:
    failed = section()
    failed.failures["beat"] = "NeverCame: rest"
    Results(tmp_path, MACHINE).keep(failed, ("beat",))

    Results(tmp_path, MACHINE).keep(section(beat=0), ("beat",))

    assert (stored(tmp_path)["failures"], stored(tmp_path)["met"]) == ({}, True)


def test_rows_of_another_machine_are_forgotten(tmp_path: Path) -> None:
    Results(tmp_path, MACHINE).keep(section(worker=0), ("worker", "beat"))

    Results(tmp_path, {**MACHINE, "cpus": 64}).keep(section(beat=0), ("worker", "beat"))

    assert list(stored(tmp_path)["rows"]) == ["beat"]


def test_a_quick_look_does_not_replace_what_counts(tmp_path: Path) -> None:
    Results(tmp_path, MACHINE).keep(section(worker=0))
    quick = section(worker=7)
    quick.quick = "20 accounts"

    Results(tmp_path, MACHINE).keep(quick)

    assert stored(tmp_path)["met"] is True
    assert stored(tmp_path, "kills-quick")["quick"] == "20 accounts"
    assert quick.head()[-1] == "a quick look: 20 accounts"
