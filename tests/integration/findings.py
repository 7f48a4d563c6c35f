"""What `closedwon check --json` prints, as the tests ask for it."""

import json
from typing import Any

from workers.cli.check_steps import Step

ACCOUNTS, OPPORTUNITIES = "/data/AccountChangeEvent", "/data/OpportunityChangeEvent"


def by_name(findings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    named = {finding["what"]: finding for finding in findings}
    assert len(named) == len(findings), "told twice"
    return named


def ends_with_step(finding: dict[str, Any], step: Step) -> bool:
    return str(finding["advice"]).endswith(f" See {step}.")


def refusal(call: str, error: str, description: str) -> dict[str, Any]:
    """A fault: the token endpoint answers as OAuth has it, until the fault is deleted."""
    body = json.dumps({"error": error, "error_description": description})
    return {"call": call, "status": 400, "body": body, "times": None}
