"""What a rival has done, as another process sees it."""

from pathlib import Path

from proof.speed.rivals.tally import Tally, read_tallies


def test_a_tally_is_seen_by_whoever_reads_its_directory(tmp_path: Path) -> None:
    tally = Tally(tmp_path)

    tally.add("done")
    tally.add("done")
    tally.add("refused")

    assert read_tallies(tmp_path) == tally.read()
    assert {what: count for what, count in tally.read().items() if count} == {
        "done": 2,
        "refused": 1,
    }


def test_tallies_of_several_processes_are_added_up_even_while_one_begins(tmp_path: Path) -> None:
    Tally(tmp_path).add("done")
    (tmp_path / "1.tally").write_bytes(next(tmp_path.glob("*.tally")).read_bytes())
    (tmp_path / "2.tally").write_bytes(b"")

    counts = read_tallies(tmp_path)

    assert counts["done"] == 2
