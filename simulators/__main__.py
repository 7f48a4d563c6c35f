"""``python -m simulators``: both clouds in one process, until SIGINT or SIGTERM."""

import asyncio
from importlib import import_module
from pathlib import Path

import click
import grpc

from simulators.cloud import Cloud
from simulators.credentials import Credentials, load_or_create, write_environment
from simulators.gateway import Gateway
from simulators.serve import Listening, bind, serve, start_rpc


def _create(cloud: str, credentials: Credentials) -> Gateway:
    module = import_module(f"simulators.{cloud}.rest")
    created: Cloud = module.create_cloud(credentials)
    return Gateway(created)


def _url(listening: Listening) -> str:
    host, port = listening.socket.getsockname()[:2]
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
        salesforce = Listening(_create("salesforce", credentials), bind(host, salesforce_port))
        netsuite = Listening(_create("netsuite", credentials), bind(host, netsuite_port))
        rpc, address = start_rpc(salesforce.gateway, host, pubsub_port)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    pubsub = f"{address[0]}:{address[1]}"
    write_environment(
        credentials, salesforce=_url(salesforce), pubsub=pubsub, netsuite=_url(netsuite)
    )

    def announce() -> None:
        click.echo(f"Salesforce REST {_url(salesforce)}")
        click.echo(f"Salesforce Pub/Sub {pubsub}")
        click.echo(f"NetSuite REST {_url(netsuite)}")

    try:
        asyncio.run(serve([salesforce, netsuite], announce))
    finally:
        _stop([salesforce, netsuite], rpc)


def _stop(listening: list[Listening], rpc: grpc.Server) -> None:
    for entry in listening:
        entry.gateway.cloud.shutdown()
    rpc.stop(grace=0.5).wait()


if __name__ == "__main__":
    main()
