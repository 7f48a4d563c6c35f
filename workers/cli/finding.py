"""What a look of `closedwon check` finds, and what is said of a service that does not answer."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from app.errors import ServiceUnavailable, SyncError, TransientError
from app.salesforce.errors import AllowanceUsedUp
from workers.cli.check_steps import Step, row_of

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice`: what to do where something is wrong, and where that is told; empty where all is
    well.
    """

    what: str
    found: str
    advice: str = ""
    tried: bool = True

    @property
    def ok(self) -> bool:
        return self.tried and not self.advice

    @property
    def verdict(self) -> str:
        if not self.tried:
            return "not tried"
        return "ok" if self.ok else "WRONG"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


class Place(NamedTuple):
    """Where a call was tried: the setting that leads to the address, and the step that tells it."""

    setting: str
    address: str
    step: Step


def not_tried(what: str, why: str) -> Finding:
    return Finding(what, f"not tried: {why}", tried=False)


def advise(advice: str, step: Step, service_words: str = "") -> str:
    """What to do, the service's own words, and the step of the setup page."""
    return f"{advice}{_quoted(service_words)} See {step}."


def _quoted(service_words: str) -> str:
    return f" It said: {service_words.rstrip('.')}." if service_words else ""


def failure(what: str, failed: SyncError, place: Place, otherwise: Step) -> Finding:
    """A call that failed. `otherwise`: the step for a refusal that no row of the table knows."""
    said = failed.service_words
    if isinstance(failed, ServiceUnavailable) and not isinstance(failed, AllowanceUsedUp):
        tried = f"Tried {place.address}: is {place.setting} right?"
        return Finding(what, str(failed), advise(tried, place.step, said))
    row = row_of(type(otherwise), f"{said} {failed}")
    if not isinstance(failed, TransientError):
        advice = (row and row.advice) or str(failed)
        return Finding(what, REFUSED, advise(advice, row.step if row else otherwise, said))
    if row:
        advice = advise(f"Try again later. {row.advice}", row.step, said)
        return Finding(what, str(failed), advice)
    return Finding(what, str(failed), f"Try again later.{_quoted(said)}")
