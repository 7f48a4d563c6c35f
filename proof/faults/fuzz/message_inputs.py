"""Messages in the pipeline's queues: as Celery sends them, and as nobody should."""

import base64
import json
from typing import Any

from hypothesis import strategies as st

from proof.faults.fuzz.odd import ODD, Draw, damaged, damaged_bytes, json_bytes

QUEUES = ("ingest", "qualification", "hierarchy", "upsert", "sweep", "reconcile", "watch")
STAGES = QUEUES[:4]
NOBODY = "001000000000009AAA"
"""Well-formed, and no Account of any org here."""
ARGUMENTS: tuple[list[Any], ...] = (
    *([NOBODY, "a test"], [[NOBODY], "a test"], [NOBODY, "a test", "t.1"], [[], "none"], []),
    *(["001*", "no id"], [[NOBODY, "x"], "a test", ""], [NOBODY, "", "no-token"]),
)


@st.composite
def calls(draw: Draw) -> tuple[str, list[Any], dict[str, Any]]:
    """A task's name, its arguments by place and by name; some of them odd."""
    task = draw(st.sampled_from(QUEUES))
    stage = task in STAGES
    arguments = draw(damaged(st.sampled_from(ARGUMENTS if stage else ([],)), 1))
    named = draw(
        st.one_of(
            st.just({}),
            st.just({}),
            st.dictionaries(
                st.sampled_from(("accounts", "reason", "ticket", "x")), ODD, max_size=2
            ),
        )
    )
    return task, arguments if isinstance(arguments, list) else [arguments], named


def message(task: str, body: str, **changes: Any) -> dict[str, Any]:
    """As kombu puts it into a list of Redis; `body` in base64."""
    return {
        "body": body,
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": task,
            "id": "3f0c1c4e-8d47-4f63-8ab0-5e8c2b0b0001",
            "shadow": None,
            "eta": None,
            "expires": None,
            "group": None,
            "retries": 0,
            "timelimit": [None, None],
            "root_id": None,
            "parent_id": None,
            "argsrepr": "()",
            "kwargsrepr": "{}",
            "origin": "fuzz",
            "ignore_result": True,
        },
        "properties": {
            "correlation_id": "3f0c1c4e-8d47-4f63-8ab0-5e8c2b0b0001",
            "reply_to": "r",
            "delivery_mode": 2,
            "delivery_info": {"exchange": task, "routing_key": task},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": "8d47-4f63",
        },
    } | changes


@st.composite
def entries(draw: Draw) -> tuple[str, bytes]:
    """A queue, and what lies in it: a message, or one whose body, headers or bytes are damaged."""
    task, arguments, named = draw(calls())
    queue = draw(st.sampled_from(QUEUES))
    how = draw(st.integers(0, 4))
    text = json.dumps([arguments, named, {"callbacks": None, "chain": None}]).encode()
    if how == 1:
        text = draw(json_bytes(st.just([arguments, named, {}])))
    body = base64.b64encode(text).decode()
    whole = message(draw(st.sampled_from((task, task, "", "no.such.task"))), body)
    if how < 2:
        return queue, json.dumps(whole).encode()
    if how == 2:
        return queue, json.dumps(draw(damaged(st.just(whole), 5)), ensure_ascii=True).encode()
    if how == 3:
        return queue, bytes(draw(json_bytes(st.just(whole))))
    return queue, bytes(draw(damaged_bytes(json.dumps(whole).encode())))
