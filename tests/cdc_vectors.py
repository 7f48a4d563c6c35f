"""Change events that others captured from live orgs. They lie beside the project, not in it."""

import os
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[2] / "shared" / "data" / "cdc_vectors"


def read_vector(name: str) -> bytes:
    """The file's contents. Where the folder is missing: skipped on a laptop, a failure in CI."""
    path = _FOLDER / name
    if not path.exists() and not os.environ.get("CI"):
        pytest.skip(f"the captured change events are not here: {name}")
    return path.read_bytes()
