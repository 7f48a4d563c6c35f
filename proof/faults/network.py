"""Hosts of their own, as far as the network goes: namespaces of Linux, joined by cables that can be
pulled out.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from proof.faults.scene import NeverCame
from proof.rig.commands import run
from workers.demo.process import Process, end_all
from workers.demo.stack import Stack

_FORWARDER = (sys.executable, "-m", "proof.faults.forwarding")
_ADDRESS = "192.0.2.{}"
"""For documentation (RFC 5737): nobody has such."""
_CABLES = 32
"""Of two installations each: there are 256 addresses, and 4 to a cable."""
_END_SECONDS = 5.0


@dataclass(frozen=True)
class Host:
    """A network namespace with its own loopback, and a cable (a pair of veth devices) to this one,
    where Redis and the clouds are.
    """

    number: int
    """0 or 1."""

    @property
    def name(self) -> str:
        return f"closedwon-{os.getpid()}-{self.number}"

    @property
    def near(self) -> str:
        """The end of its cable that is here."""
        return f"cw{os.getpid()}n{self.number}"

    @property
    def far(self) -> str:
        return f"cw{os.getpid()}f{self.number}"

    @property
    def prefix(self) -> str:
        """What runs a command there."""
        return f"ip netns exec {self.name}"

    def address(self, end: int) -> str:
        """Of its cable: 1 here, 2 there."""
        return _ADDRESS.format(8 * (os.getpid() % _CABLES) + 4 * self.number + end)

    def unplug(self) -> None:
        """Nothing goes through, and neither end is told."""
        _ip(f"link set {self.near} down")

    def plug_in(self) -> None:
        _ip(f"link set {self.near} up")


@contextmanager
def hosts(stack: Stack, processes: Mapping[int, tuple[str, ...]]) -> Iterator[None]:
    """Inside, these processes of the stack are started in hosts of their own, and find there, on
    their loopback addresses, the stack's Redis and clouds. `processes`: by the host's number.

    Raises:
        NeverCame: this machine makes no network namespaces, or not for us.
    """
    ports = _ports(stack)
    with ExitStack() as undo:
        for number, names in processes.items():
            host = Host(number)
            _make(host, undo)
            ways = (
                ("", f"{host.near} {host.address(1)} 127.0.0.1"),
                (host.prefix, f"lo 127.0.0.1 {host.address(1)}"),
            )
            for side, (prefix, way) in enumerate(ways):
                words = f"{prefix} {shlex.join(_FORWARDER)} {way} {ports}"
                log = Path(stack.directory, f"forwarder-{number}{side}.log")
                forwarder = Process("forwarder", words.strip(), stack.environment, log)
                forwarder.start()
                undo.callback(end_all, [forwarder], _END_SECONDS)
            stack.prefixes.update(dict.fromkeys(names, host.prefix))
        yield


def _make(host: Host, undo: ExitStack) -> None:
    _ip(f"netns add {host.name}")
    undo.callback(_ip, f"netns del {host.name}")  # takes the cable with it
    _ip(f"link add {host.near} type veth peer name {host.far} netns {host.name}")
    _ip(f"addr add {host.address(1)}/30 dev {host.near}")
    _ip(f"link set {host.near} up")
    _ip(f"-n {host.name} addr add {host.address(2)}/30 dev {host.far}")
    for device in (host.far, "lo"):
        _ip(f"-n {host.name} link set {device} up")


def _ports(stack: Stack) -> str:
    """Of Redis and all clouds."""
    urls = (stack.redis_url, stack.salesforce_url, stack.netsuite_url)
    pubsub = stack.environment["SALESFORCE_PUBSUB_ENDPOINT"].rpartition(":")[2]
    return " ".join([*(str(urlsplit(url).port) for url in urls), pubsub])


def _ip(words: str) -> None:
    """
    Raises:
        NeverCame: it was refused.
    """
    try:
        run(["ip", *words.split()]).check_returncode()
    except FileNotFoundError:
        raise NeverCame("network namespaces cannot be made here: `apt install iproute2`") from None
    except subprocess.CalledProcessError as refused:
        raise NeverCame(
            f"network namespaces need root: `ip {words}` says {refused.stderr.strip()}"
        ) from None
