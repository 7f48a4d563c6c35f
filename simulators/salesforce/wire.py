"""The Pub/Sub API's messages, built from a table into a pool of their own.

Independent of any generated code, so that both sides of a test do not share one reading of the
interface, and so that a generated module of the same package can live in the same process.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

PACKAGE = "eventbus.v1"
SERVICE = f"{PACKAGE}.PubSub"

_Field = descriptor_pb2.FieldDescriptorProto
_KINDS = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "int32": _Field.TYPE_INT32,
}
_MESSAGES: dict[str, tuple[tuple[int, str, str], ...]] = {
    "TopicRequest": ((1, "topic_name", "string"),),
    "TopicInfo": (
        (1, "topic_name", "string"),
        (2, "tenant_guid", "string"),
        (3, "can_publish", "bool"),
        (4, "can_subscribe", "bool"),
        (5, "schema_id", "string"),
        (6, "rpc_id", "string"),
    ),
    "SchemaRequest": ((1, "schema_id", "string"),),
    "SchemaInfo": (
        (1, "schema_json", "string"),
        (2, "schema_id", "string"),
        (3, "rpc_id", "string"),
    ),
    "FetchRequest": (
        (1, "topic_name", "string"),
        (2, "replay_preset", "ReplayPreset"),
        (3, "replay_id", "bytes"),
        (4, "num_requested", "int32"),
        (5, "auth_refresh", "string"),
    ),
    "EventHeader": ((1, "key", "string"), (2, "value", "bytes")),
    "ProducerEvent": (
        (1, "id", "string"),
        (2, "schema_id", "string"),
        (3, "payload", "bytes"),
        (4, "headers", "*EventHeader"),
    ),
    "ConsumerEvent": ((1, "event", "ProducerEvent"), (2, "replay_id", "bytes")),
    "FetchResponse": (
        (1, "events", "*ConsumerEvent"),
        (2, "latest_replay_id", "bytes"),
        (3, "rpc_id", "string"),
        (4, "pending_num_requested", "int32"),
    ),
}
LATEST, EARLIEST, CUSTOM = range(3)


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="simulated_pubsub.proto", package=PACKAGE, syntax="proto3"
    )
    preset = file.enum_type.add(name="ReplayPreset")
    for number, name in enumerate(("LATEST", "EARLIEST", "CUSTOM")):
        preset.value.add(name=name, number=number)
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, field_name, kind in fields:
            field = message.field.add(name=field_name, number=number)
            field.label = _Field.LABEL_REPEATED if kind[0] == "*" else _Field.LABEL_OPTIONAL
            bare = kind.lstrip("*")
            if bare in _KINDS:
                field.type = _KINDS[bare]
            else:
                field.type = _Field.TYPE_ENUM if bare == "ReplayPreset" else _Field.TYPE_MESSAGE
                field.type_name = f".{PACKAGE}.{bare}"
    return file


def _classes() -> dict[str, Callable[..., Any]]:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_file())
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        for name in _MESSAGES
    }


_CLASSES = _classes()
TopicRequest = _CLASSES["TopicRequest"]
TopicInfo = _CLASSES["TopicInfo"]
SchemaRequest = _CLASSES["SchemaRequest"]
SchemaInfo = _CLASSES["SchemaInfo"]
FetchRequest = _CLASSES["FetchRequest"]
ProducerEvent = _CLASSES["ProducerEvent"]
ConsumerEvent = _CLASSES["ConsumerEvent"]
FetchResponse = _CLASSES["FetchResponse"]


def parser(name: str) -> Callable[[bytes], Any]:
    """What turns bytes into this message."""
    made = _CLASSES[name]

    def parse(data: bytes) -> Any:
        message = made()
        message.ParseFromString(data)
        return message

    return parse


def serialise(message: Message) -> bytes:
    """What turns a message into bytes."""
    return message.SerializeToString()
