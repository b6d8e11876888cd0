"""`daq schema`: the configuration's JSON schema, for editors and other programs."""

from pathlib import Path

import click

from daq.cli.unwritable import UnwritableError
from daq.config.schema import schema_text


@click.command(epilog="Example: daq schema --output config/daq.schema.json")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
def command(output: Path | None) -> None:
    """Write the JSON schema of the configuration, to standard output or a file."""
    text = schema_text()
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.write_text(text, "utf-8")
        except OSError as error:
            raise UnwritableError(output, error) from error
