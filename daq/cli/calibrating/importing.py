"""`daq calibration import`: a Digital Calibration Certificate as a file of ours."""

import re
from pathlib import Path

import click

from daq.calibration.dcc import Choice, imported
from daq.calibration.errors import CalibrationError
from daq.calibration.write import certificate_text

_NAME = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,64})(?:=(?P<number>[1-9][0-9]{0,3}))?")


class UnwrittenError(CalibrationError):
    """The file cannot be written."""


class ChannelName(click.ParamType[Choice]):
    """A channel, and which result of the certificate it is: ``temperature=2``."""

    name = "name[=number]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Choice:
        """The choice, or click's own error."""
        if isinstance(value, Choice):
            return value
        match = _NAME.fullmatch(str(value))
        if match is None:
            self.fail("must be NAME or NAME=NUMBER, such as temperature=2", param, ctx)
        return Choice(number=int(match["number"] or 0), channel=match["name"])


@click.command("import", epilog="Example: daq calibration import dcc.xml -o certificates/815.toml")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--channel",
    "channels",
    type=ChannelName(),
    multiple=True,
    help="The channel a result is of, in their order, or NAME=NUMBER; repeat.",
)
@click.option("--unit", "units", multiple=True, help="UCUM unit of each --channel; repeat.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; not replaced.")
def import_dcc(
    file: Path, channels: tuple[Choice, ...], units: tuple[str, ...], output: Path | None
) -> None:
    """Turn FILE, a DCC (XML, schema 3), into a certificate, to standard output or a new file.

    Look at what it makes of it before you put it into the folder of certificates. Signatures are
    not verified.
    """
    if len(units) > max(len(channels), 1):
        raise click.UsageError("more --unit than --channel")
    choices = [
        Choice(one.number, one.channel, unit)
        for one, unit in zip(
            channels or (Choice(),) * len(units),
            [*units, *[""] * (len(channels) - len(units))],
            strict=True,
        )
    ]
    found = imported(file, choices)
    text = certificate_text(found.certificate)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
    for remark in found.remarks:
        click.echo(f"daq: {file}: {remark}", err=True)


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise UnwrittenError(f"{output}: exists already, and is not replaced") from error
    except OSError as error:
        raise UnwrittenError(f"{output}: cannot be written: {error.strerror or error}") from error
