"""Options and arguments that several subcommands share."""

import sys
from pathlib import Path

import click
import msgspec

from daq.errors import DaqError
from daq.timefmt import parse_time
from drivers.units import parse_duration

DEFAULT_CONFIG = "/etc/daq/daq.toml"


class NoConfigurationError(DaqError):
    """There is no configuration where one was looked for."""

    exit_code = 3


def there(ctx: click.Context, param: click.Parameter, path: Path) -> Path:
    """The path of a file that exists, or what else could be meant."""
    if path.exists() or ctx.resilient_parsing:
        return path
    how = "with -c FILE" if isinstance(param, click.Option) else "as FILE"
    raise NoConfigurationError(
        f"{path}: no such file; give the configuration {how} or in DAQ_CONFIG (config/example.toml "
        "is one to begin with)"
    )


config_option = click.option(
    "-c",
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="DAQ_CONFIG",
    default=DEFAULT_CONFIG,
    show_default=True,
    callback=there,
    help="The configuration; also from DAQ_CONFIG.",
)

config_argument = click.argument(
    "config_path",
    metavar="[FILE]",
    type=click.Path(path_type=Path),
    envvar="DAQ_CONFIG",
    default=DEFAULT_CONFIG,
    callback=there,
)

json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")


class Duration(click.ParamType[float]):
    """A duration such as 20s, 5min or 500ms; seconds."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Seconds, or click's own error."""
        if isinstance(value, float):
            return value
        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Moment(click.ParamType[int]):
    """A moment such as 2026-11-23T08:00, -24h or today; ns since 1970 UTC."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Nanoseconds since 1970 UTC, or click's own error."""
        if isinstance(value, int):
            return value
        try:
            return parse_time(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def print_json(value: object) -> None:
    """One line of JSON on standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()
