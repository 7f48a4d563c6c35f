"""Where a list that was cut goes on."""

import click

GO_ON = "Go on there: what a list before said last (with --json: on stderr)."


def tell_place(place: str | None, *, as_json: bool) -> None:
    """None: that was all. Beside JSON it is said on stderr: what is on stdout stays the list."""
    if place:
        click.echo(f"Go on with: --after {place}", err=as_json)
