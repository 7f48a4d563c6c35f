"""``python -m simulators``: both clouds, a process each, until SIGINT or SIGTERM."""

import asyncio
import socket
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from simulators import apart
from simulators.cloud import Cloud
from simulators.credentials import Credentials, load_or_create, write_environment
from simulators.gateway import Gateway
from simulators.serve import Listening, bind, serve, start_rpc


def _create(cloud: str, credentials: Credentials, listener: socket.socket) -> Listening:
    module = import_module(f"simulators.{cloud}.rest")
    created: Cloud = module.create_cloud(credentials)
    return Listening(Gateway(created), listener)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@click.command()
@click.option(
    "--credentials",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where keys and simulators.env lie; made when missing.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--salesforce-port", default=8180, show_default=True, help="0: any free port.")
@click.option("--pubsub-port", default=8181, show_default=True, help="0: any free port.")
@click.option("--netsuite-port", default=8182, show_default=True, help="0: any free port.")
def main(
    directory: Path, host: str, salesforce_port: int, pubsub_port: int, netsuite_port: int
) -> None:
    """Run the Salesforce and NetSuite simulators."""
    try:
        credentials = load_or_create(directory)
        sockets = [bind(host, port) for port in (salesforce_port, netsuite_port)]
        netsuite = apart.start(partial(_create, "netsuite", credentials, sockets[1]))
        salesforce = _create("salesforce", credentials, sockets[0])
        rpc, address = start_rpc(salesforce.gateway, host, pubsub_port)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    pubsub = f"{address[0]}:{address[1]}"
    urls = [_url(listener) for listener in sockets]
    write_environment(credentials, salesforce=urls[0], pubsub=pubsub, netsuite=urls[1])

    def announce() -> None:
        click.echo(f"Salesforce REST {urls[0]}")
        click.echo(f"Salesforce Pub/Sub {pubsub}")
        click.echo(f"NetSuite REST {urls[1]}")

    try:
        asyncio.run(serve([salesforce], announce, until=netsuite.sentinel))
        if netsuite.exitcode:
            raise click.ClickException(f"NetSuite's simulator ended with {netsuite.exitcode}.")
    finally:
        salesforce.gateway.cloud.shutdown()
        apart.end(netsuite)
        rpc.stop(grace=0.5).wait()


if __name__ == "__main__":
    main()
