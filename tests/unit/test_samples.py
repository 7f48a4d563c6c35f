"""What the soak sees of Redis."""

import pytest

from proof.faults.samples import kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cw:row:0019o00000000AbAAI", "cw:row:*"),
        ("cw:owner:0069o00000000Gc", "cw:owner:*"),
        ("cw:rate:29933333", "by the minute"),
        ("cw:lag:/data/AccountChangeEvent:29933333", "by the minute"),
        ("cw:lag:total:/data/AccountChangeEvent", "cw:lag:total:/data/AccountChangeEvent"),
        ("cw:due:qualification", "cw:due:qualification"),
    ],
)
def test_keys_that_differ_by_an_id_are_of_one_kind(name: str, kind: str) -> None:
    found = kind_of(name)

    assert found == kind
