"""Dead letters without clouds: accounts die and are healed by hand."""

from app.services import Services
from app.terms import By, Letter
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene

ADMIN = By("ann", "the subsidiary is mended")
CAUSE = "RecordRejected"


def ids(count: int) -> list[str]:
    """Account ids."""
    return [f"001{number:012}AAA" for number in range(1, count + 1)]


class Ward:
    """A process's services, and whoever works on the rows besides."""

    admin = ADMIN

    def __init__(self, scene: Scene) -> None:
        self.services: Services = scene.services()
        self.redis = scene.redis
        self.desk = Desk(scene.redis)
        self.desk.nudges = scene.nudges  # what either of them publishes
        self.save = scene.save_account

    def close(self) -> None:
        self.services.close()

    def bury(self, *accounts: str, cause: str = CAUSE) -> None:
        """Each fails for good, one after the other."""
        for account in accounts:
            held = self.desk.open_and_take(account, "upsert")
            self.desk.ledger.dead(held, Letter(cause, "It does not fit.", "400 USER_ERROR"))

    def die_again(self, account: str, words: str = "It still does not fit.") -> None:
        """The account, which is under way, fails for good once more."""
        self.desk.ledger.dead(self.desk.take(account, "upsert"), Letter(CAUSE, words))

    def heal(self, *accounts: str) -> None:
        """Each, which is under way, is written."""
        for account in accounts:
            self.desk.finish(account, account.strip("A")[-6:])

    def state(self, account: str) -> str:
        return self.desk.row(account).get("state", "none")

    def states(self, accounts: list[str]) -> dict[str, int]:
        """State to how many of them are in it."""
        found = [self.state(account) for account in accounts]
        return {state: found.count(state) for state in dict.fromkeys(found)}

    def requeues(self, account: str) -> int:
        """How often an admin has sent it through the flow again, as the audit trail tells."""
        told = self.redis.xrange("cw:audit")
        return sum(f["what"] == "requeue" and f["account"] == account for _, f in told)
