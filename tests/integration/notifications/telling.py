"""Settings of who is told, for tests: beside them only what settings cannot do without."""

import time
from pathlib import Path
from typing import Any

from redis import Redis

from app.salesforce_settings import DEFAULT_CHANNELS
from app.settings import Settings
from app.terms import Letter
from tests.integration.ledger_desk import Desk
from tests.integration.notifications.postroom import OPS, Letterbox
from tests.keys import pem

REFUSED = Letter("RecordRejected", "NetSuite refuses the name.", "Acme Ltd. is no name")
LOCKED = Letter("RecordLocked", "Somebody else is saving it.")
PAGES = "https://ops.example.com/flower"


def settings(directory: Path, **given: Any) -> Settings:
    """`directory` gets a key file."""
    key = directory / "netsuite.pem"
    key.write_bytes(pem("secp256r1"))
    required: dict[str, Any] = {
        "salesforce_login_url": "https://acme.my.salesforce.com",
        "salesforce_client_id": "consumer-key",
        "salesforce_client_secret": "hush",
        "netsuite_account_id": "1234567",
        "netsuite_client_id": "client-id",
        "netsuite_certificate_id": "certificate-id",
        "netsuite_private_key_file": key,
        "pages_url": PAGES,
    }
    return Settings(_env_file=None, **required | given)


def by_mail(box: Letterbox, security: str = "plain", **given: Any) -> dict[str, Any]:
    """What leads to this mail server."""
    return {
        "notify_smtp_host": "127.0.0.1",
        "notify_smtp_port": box.port,
        "notify_smtp_security": security,
        "notify_email_from": "closedwon@example.com",
        "notify_email_to": OPS,
    } | given


def calm(redis: Redis) -> None:
    """The sweeper ran just now, and every channel is heard."""
    now = round(time.time() * 1000)
    redis.set("cw:swept", now)
    for channel in DEFAULT_CHANNELS:
        fields: dict[Any, Any] = {"state": "listening", "connected_since": now}
        redis.hset(f"cw:listener:{channel}", mapping=fields)
        redis.hset(f"cw:cursor:{channel}", "at", now)


def an_hour_later(redis: Redis) -> None:
    """For what was told: its keys run out."""
    for key in redis.scan_iter("cw:notified:*"):
        redis.expire(key, 0)


def die(desk: Desk, account: str, letter: Letter = REFUSED) -> None:
    """A run of the account ends so."""
    desk.ledger.dead(desk.open_and_take(account, "upsert"), letter)
