"""What docs/pages.md shows programs works as it stands there."""

import re
import subprocess
from pathlib import Path

import httpx

from tests.integration.mourning import Ward, ids
from tests.integration.pages import ADMIN, API, FlowerServer
from workers.processes import PROJECT


def example() -> str:
    """Its lines that act."""
    text = (PROJECT / "docs" / "pages.md").read_text()
    blocks = [found.group() for found in re.finditer(r"(?:^ {4}.*\n)+", text, re.MULTILINE)]
    [block] = [block for block in blocks if "X-Xsrftoken" in block]
    return block


def test_a_program_acts_with_the_lines_of_the_docs(
    flower_server: FlowerServer, ward: Ward, tmp_path: Path
) -> None:
    ward.bury(*ids(2))
    lines = example().replace("ann:…", ":".join(ADMIN))
    lines = lines.replace("http://127.0.0.1:5555", flower_server.url)

    subprocess.run(["bash", "-euc", lines], cwd=tmp_path, check=True, timeout=30)

    [begun] = flower_server.operator.get(f"{API}/recoveries").json()["recoveries"]
    assert (begun["cause"], begun["with_canary"], begun["by"]) == ("RecordRejected", True, ADMIN[0])


def test_only_whoever_has_no_token_is_given_one(flower_server: FlowerServer) -> None:
    without = httpx.get(f"{flower_server.url}{API}/session", auth=ADMIN, trust_env=False)
    with_one = flower_server.admin.get(f"{API}/session")

    assert without.headers["Set-Cookie"].startswith("_xsrf=")
    assert "Set-Cookie" not in with_one.headers
