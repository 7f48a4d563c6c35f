"""The generated modules are what `make proto` makes of the .proto file."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PROTO = Path("app/salesforce/pubsub.proto")


@pytest.mark.parametrize("name", ["pubsub_pb2.py", "pubsub_pb2.pyi"])
def test_the_generated_modules_are_up_to_date(name: str, tmp_path: Path) -> None:
    outputs = [f"--python_out={tmp_path}", f"--pyi_out={tmp_path}"]

    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", "--proto_path=.", *outputs, str(_PROTO)],
        cwd=_ROOT,
        check=True,
    )

    made = (tmp_path / _PROTO.parent / name).read_text()
    assert (_ROOT / _PROTO.parent / name).read_text() == made
