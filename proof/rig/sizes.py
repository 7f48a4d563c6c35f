"""How large a benchmark is, and what its clouds and workers are like."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """As the command's options give them."""

    accounts: int = 2000
    """In each scenario that has no number of its own."""
    repeated: int = 1000
    dropped: int = 1000
    outage_seconds: float = 30.0
    concurrency: int = 15
    """NetSuite's requests at a time."""
    latency_seconds: float = 0.2
    """How long NetSuite takes for each."""
    threads: int = 120
    """Of each worker process."""
    workers: int = 3
    """Where several share the limit."""
    patience_seconds: float = 900.0
    """Until all accounts must be at rest."""

    @property
    def limit_per_second(self) -> float:
        """More requests NetSuite cannot answer."""
        return self.concurrency / self.latency_seconds
