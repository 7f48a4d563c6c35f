"""The parts of one simulated account, put together."""

from dataclasses import dataclass, field

from simulators.credentials import Credentials
from simulators.netsuite.concurrency import Gate
from simulators.netsuite.oauth import OAuth
from simulators.netsuite.store import Store
from simulators.netsuite.suiteql import SuiteQL
from simulators.netsuite.switches import create_settings
from simulators.netsuite.tba import TokenBased
from simulators.settings import Settings


@dataclass
class Account:
    """State, query service, logins and limits of one account."""

    credentials: Credentials
    settings: Settings = field(default_factory=create_settings)

    def __post_init__(self) -> None:
        self.store = Store(self.settings)
        self.suiteql = SuiteQL(self.store, self.settings)
        self.oauth = OAuth(self.credentials, self.settings)
        self.token_based = TokenBased(self.credentials, self.settings)
        self.gate = Gate(self.settings)

    def clear(self) -> None:
        """Empty the account and end all its sessions."""
        self.store.clear()
        self.oauth.expire_all()
        self.gate.clear()
