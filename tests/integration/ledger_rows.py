"""The ledger's rows in Redis, read as the reference model has them, and compared with it."""

from collections import Counter
from collections.abc import Iterator

from redis import Redis

from tests.ledger_model import Draft
from tests.ledger_state import UNDER_WAY, Content, Part, Row

CAUSES: dict[object, str] = {
    "refused": "RecordRejected",
    "attempts": "ServiceUnavailable",
    "cycle": "InvalidHierarchy",
    "needed but gone": "NeededButGone",
    "worker lost": "WorkerLost",
}
COUNTERS = ("crashes", "suspected", "attempts", "cycles")
DUE = ("ingest", "qualification", "hierarchy", "upsert", "running", "waiting")


def content_digest(content: Content | Part, refused: bool = False) -> str:
    return f"digest of {content}{' refused' if refused else ''}"


def row_of(redis: Redis, account: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in redis.hgetall(f"cw:row:{account}").items()}


def differences(
    redis: Redis, ids: str, model: Draft, tokens: dict[tuple[int, str], int]
) -> Iterator[str]:
    """Where rows and their mirrors differ from the model's. Notes each row's token in `tokens`."""
    rows = [row_of(redis, account) for account in ids]
    for a, (real, row) in enumerate(zip(rows, model.rows, strict=True)):
        is_now, should = told(real), wanted(row, ids)
        if is_now != should:
            wrong = {
                key: (is_now[key], should[key]) for key in should if is_now[key] != should[key]
            }
            yield f"{ids[a]} (ledger, model): {wrong}"
        if real.get("state", "none") in (*UNDER_WAY, "waiting"):
            if tokens.setdefault((a, real["token"]), row.token) != row.token:
                yield f"{ids[a]}: a token that was another's already, or should be as it was"
            if len({t for (b, t), n in tokens.items() if (b, n) == (a, row.token)}) > 1:
                yield f"{ids[a]}: a new token, where the model keeps the old one"
    yield from mirror_differences(redis, ids, rows, model)


def told(real: dict[str, str]) -> dict[str, object]:
    """A row in Redis, in the model's words."""
    state, stage = real.get("state", "none"), real.get("stage", "")
    return {
        "state": state,
        "stage": "qualification" if stage == "ingest" else stage,
        "again": real.get("again", ""),
        "force": "force" in real,
        "waiting_for": real.get("waiting_for"),
        "counters": [int(real.get(name, 0)) for name in COUNTERS],
        "alone": real.get("alone", ""),
        "customer": "customer" in real,
        "written": real.get("written"),
        "cause": real.get("cause"),
        "place": "place" in real,
    }


def wanted(row: Row, ids: str) -> dict[str, object]:
    """A row of the model, as `told` would tell it. At rest, the ledger's rows forget the way."""
    moving = row.state in (*UNDER_WAY, "waiting", "dead")
    written = content_digest(row.written) if isinstance(row.written, tuple) else row.written
    cause = "ParentDiscarded" if isinstance(row.cause, tuple) else CAUSES.get(row.cause)
    return {
        "state": row.state,
        "stage": row.stage if moving else "",
        "again": row.again,
        "force": row.force,
        "waiting_for": None if row.waiting_for is None else ids[row.waiting_for],
        "counters": [getattr(row, name) if moving else 0 for name in COUNTERS],
        "alone": row.alone,
        "customer": row.customer,
        "written": written,
        "cause": cause,
        "place": row.state in ("queued", "retrying"),
    }


def mirror_differences(
    redis: Redis, ids: str, rows: list[dict[str, str]], model: Draft
) -> Iterator[str]:
    """The sets beside the rows: who waits, what is due when, letters, counts, second looks."""
    pipe = redis.pipeline(transaction=False)
    should: dict[str, object] = {}
    for a, account in enumerate(ids):
        should[f"waiting {account}"] = {ids[b] for b in model.waiters(a)}
        pipe.smembers(f"cw:waiting:{account}")
        should[f"letter {account}"] = int(model.rows[a].letter)
        pipe.exists(f"cw:letter:{account}")
    for due in DUE:
        should[f"due {due}"] = {ids[a] for a, real in enumerate(rows) if due_of(real) == due}
        pipe.zrange(f"cw:due:{due}", 0, -1)
    for key, states in (("cw:opened", UNDER_WAY), ("cw:opened:waiting", ("waiting",))):
        should[key] = {ids[a] for a, row in enumerate(model.rows) if row.state in states}
        pipe.zrange(key, 0, -1)
    dead = {ids[a]: rows[a].get("cause") for a, row in enumerate(model.rows) if row.state == "dead"}
    should["letters"] = set(dead)
    pipe.zrange("cw:letters", 0, -1)
    should["letters on trial"] = {
        ids[a] for a, row in enumerate(model.rows) if row.letter and row.state != "dead"
    }
    pipe.zrange("cw:trial", 0, -1)
    for cause in CAUSES.values():
        should[f"letters of {cause}"] = {account for account in dead if dead[account] == cause}
        pipe.zrange(f"cw:letters:{cause}", 0, -1)
    should["second looks"] = {ids[a] for a in model.looks}
    pipe.zrange("cw:second_look", 0, -1)
    should["suspects put off"] = [ids[a] for a in model.turns]
    pipe.zrange("cw:suspects", 0, -1)
    should["counts"] = dict(Counter(row.state for row in model.rows if row.state != "none"))
    pipe.hgetall("cw:states")
    for name, said in zip(should, pipe.execute(), strict=True):
        found = set(said) if isinstance(should[name], set) else said
        if isinstance(said, dict):
            found = {state: int(count) for state, count in said.items() if count != "0"}
        if found != should[name]:
            yield f"{name}: {found}, but the model: {should[name]}"


def due_of(real: dict[str, str]) -> str | None:
    """The set that the sweeper finds the row in."""
    state = real.get("state", "none")
    if state in ("running", "waiting"):
        return state
    return real["stage"] if state in UNDER_WAY else None
