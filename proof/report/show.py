"""What a command prints in the end: what this run has measured, and on which machine."""

from collections.abc import Mapping, Sequence

from proof.report.results import in_words
from proof.report.section import Section
from workers.output import print_json, print_table, tell


def show(sections: Sequence[Section], machine: Mapping[str, object], *, as_json: bool) -> None:
    """Tables for people, or JSON: the machine, and the sections."""
    if as_json:
        print_json({"machine": dict(machine), "sections": [each.as_json() for each in sections]})
        return
    for each in sections:
        if each.rows or each.failures:
            print_table((each.title, *each.head()[1:]), each.cells())
            tell("")
    tell(in_words(machine))
