"""What a look of `closedwon check` finds, and what is said of a service that does not answer."""

from dataclasses import asdict, dataclass
from typing import Any

from app.errors import ServiceUnavailable, SyncError, TransientError


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice`: what to do where something is wrong; empty where all is well."""

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


def not_tried(what: str, why: str) -> Finding:
    return Finding(what, f"not tried: {why}", tried=False)


def failure(what: str, failed: SyncError, setting: str, address: str) -> Finding:
    """A call that failed. `setting` is what leads to `address`, where it was tried."""
    said = f" It said: {failed.service_words}" if failed.service_words else ""
    if isinstance(failed, ServiceUnavailable):
        return Finding(what, str(failed), f"Tried {address}: is {setting} right?{said}")
    if isinstance(failed, TransientError):
        return Finding(what, str(failed), f"Try again later.{said}")
    return Finding(what, "refused", f"{failed}{said}")
