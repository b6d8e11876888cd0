"""Writes docs/reference/configuration.md from the models: ``python -m daq.config.reference``."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from daq.config.alarm import KINDS, kind_of
from daq.config.annunciator import CoilAnnunciator, CommandAnnunciator
from daq.config.bus import SerialBus, TcpBus
from daq.config.calibration import CalibrationConfig
from daq.config.config import ControlConfig, JournalConfig, Site
from daq.config.daemon import DaemonConfig
from daq.config.health import HealthConfig
from daq.config.incident import IncidentConfig, ProcedureConfig
from daq.config.instrument import GroupConfig, InstrumentConfig
from daq.config.method import MethodConfig
from daq.config.metrics import MetricsConfig
from daq.config.programme import OuterStepConfig, ProgrammeConfig, RoleConfig
from daq.config.recipient import NotificationConfig, RecipientConfig, ShiftConfig
from daq.config.runs import RunCodes, RunsConfig
from daq.config.secret import Secret
from daq.config.sink import InfluxSink, MqttSink, TlsConfig
from daq.config.types import Within
from daq.config.usage import (
    ConditionConfig,
    CostConfig,
    DepreciationConfig,
    EnergyConfig,
    EnergyModelConfig,
    OffConfig,
    RateConfig,
    RunningConfig,
    TariffConfig,
    UsageConfig,
    UtilisationConfig,
)
from daq.config.web import WebConfig, WebTls
from drivers.tomlfile.shape import Expects, choices_of, describe, shapes_of
from drivers.units import show_duration, show_size

PAGE = Path("docs/reference/configuration.md")

TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[site]", Site),
    ("[journal]", JournalConfig),
    ("[control]", ControlConfig),
    ("[daemon]", DaemonConfig),
    ("[metrics]", MetricsConfig),
    ("[web]", WebConfig),
    ("[web.tls]", WebTls),
    ("[health]", HealthConfig),
    ("[calibration]", CalibrationConfig),
    ("[bus.NAME] with `port`", SerialBus),
    ("[bus.NAME] with `address`", TcpBus),
    ("[instrument.NAME]", InstrumentConfig),
    ("[instrument.NAME.group.NAME]", GroupConfig),
    ('[sink.NAME] with `type = "mqtt"`', MqttSink),
    ('[sink.NAME] with `type = "influxdb"`', InfluxSink),
    ("[sink.NAME.tls]", TlsConfig),
    *((f'[alarm.NAME] with `type = "{kind_of(kind)}"`', kind) for kind in KINDS),
    ("[incident.NAME]", IncidentConfig),
    ("[procedure.NAME]", ProcedureConfig),
    ("[runs]", RunsConfig),
    ("[runs.codes]", RunCodes),
    ("[method.NAME]", MethodConfig),
    ("[notification]", NotificationConfig),
    ("[shift.NAME]", ShiftConfig),
    ("[recipient.NAME]", RecipientConfig),
    ('[annunciator.NAME] with `type = "command"`', CommandAnnunciator),
    ('[annunciator.NAME] with `type = "coil"`', CoilAnnunciator),
    ("[programme.NAME]", ProgrammeConfig),
    ("[programme.NAME.role.ROLE]", RoleConfig),
    ("[[programme.NAME.step]]", OuterStepConfig),
    ("[utilisation]", UtilisationConfig),
    ("[usage.NAME]", UsageConfig),
    ("[usage.NAME.running]", RunningConfig),
    ("[usage.NAME.off]", OffConfig),
    ("[usage.NAME.fault]", ConditionConfig),
    ("[usage.NAME.energy]", EnergyConfig),
    ("[usage.NAME.energy.model]", EnergyModelConfig),
    ("[usage.NAME.depreciation]", DepreciationConfig),
    ("[cost]", CostConfig),
    ("[cost.rate.NAME]", RateConfig),
    ("[cost.tariff.NAME]", TariffConfig),
    ("Secrets", Secret),
)

_ARTICLE = re.compile(r"^(a|an|the) |,? in quotes$")

INTRODUCTION = """\
# Configuration

<!-- Written by `python -m daq.config.reference` from the models in daq/config. Do not edit. -->

For whoever writes `daq.toml`.

One TOML file says everything: `config/example.toml` is an annotated example to copy,
`config/daq.schema.json` lets editors complete and check it. `daq check FILE` reports every error
at once, each with line, key, what was found and what is allowed, and then prints how busy each bus
will be.

- **Names** of the site, buses, instruments, groups and sinks are lower-case letters, digits, `-`
  and `_`, beginning with a letter or digit: they become topics and tags.
- **Durations** are texts of a number and one of `us`, `ms`, `s`, `min`, `h`, `d`: `"500ms"`,
  `"1.5s"`, `"400d"`. **Sizes** have one of `B`, `kB`, `MB`, `GB`, `TB` (powers of 1000) or `KiB`,
  `MiB`, `GiB`, `TiB` (powers of 1024).
- **Variables**: any text may contain `${NAME}`, or `${NAME:-default}` for when the environment
  variable is not set or empty. Where a number or true/false is wanted, a text that contains a
  variable may stand. `$${` is a literal `${`. Variables in the values of secrets are not replaced.
- **Paths** that are relative count from the folder of the file.
- **Secrets** never stand in the file; see the last table for where they are kept.
- An unknown key is an error. The table `[lab]` describes simulated instruments for `daq sim run`;
  the daemon ignores it.
"""

PLANNING = """
## What is checked beyond single keys

Errors: a bus, profile or channel that does not exist; a Modbus instrument without unit, an
instrument that needs an address without one, or with one of the wrong form; two instruments with
the same unit or address on a bus, the same asset id, or the same serial number; an instrument
without an address that shares its bus; an instrument called `daq` beside `[health]`; two buses with
the same port; 7 data bits for Modbus RTU or binary frames; line settings left out where the
instruments on the line come with different ones; a schedule that its line cannot meet; an alarm on
a channel that is not read, an alarm that needs one that does not exist, or alarms that need each
other in a circle; an incident or a procedure for an alarm, group, room or instrument there is not;
a method for a channel that does not exist, or a lot of what is neither in g nor in mL;
a recipient of an instrument, room or shift that does not exist, or with times of day while no time
zone is stated; a programme on a channel that is not read, a step that sets a role there is not, a
first ramp from nowhere, two loops of one name, or more than 10,000 steps in all;
utilisation of an instrument, channel, alarm or shift that does not exist, or without a time zone;
two rates or tariffs that begin on the same day for the same; prices without a currency.

Warnings: a bus that no instrument uses; a port named `/dev/ttyUSB0` or the like, which may be
another adapter after the next start; two buses with the same TCP address; different protocols on
one line; a secret's file that everyone can read; a file that cannot be read now; a bus loaded
above 80 %; a scan so long that a more frequent one on the same bus misses its turn; metrics that
other machines can read; a recipient that is the only one; an hour of the week in which nobody is
told of critical alarms; a method that requires nothing.

The load of a bus is the sum, over its scan groups, of the time of one scan divided by the interval.
An exchange takes the time of its characters, the turnaround its driver states, the silence before
a Modbus RTU request (3.5 characters, at least 1.75 ms), and a round trip of 2 ms on a serial line
or 20 ms on TCP for what cannot be known in advance.
"""


def reference_text() -> str:
    """The page, the same for the same code."""
    return INTRODUCTION + "".join(_section(*table) for table in TABLES) + PLANNING


def main() -> None:
    """Write the page into the repository the command is run in."""
    target = Path(sys.argv[1]) if sys.argv[1:] else PAGE
    target.write_text(reference_text(), "utf-8")


def _section(title: str, model: type[BaseModel]) -> str:
    about = (model.__doc__ or "").partition("\n\n")[0]
    rows = "".join(_rows(model))
    head = "| Key | Value | Default | Meaning |\n|---|---|---|---|\n"
    return f"\n## {title}\n\n{about}\n\n{head}{rows}"


def _rows(model: type[BaseModel]) -> Iterator[str]:
    required_first = sorted(model.model_fields.items(), key=lambda item: not item[1].is_required())
    for name, field in required_first:
        default = "required" if field.is_required() else _default(field)
        cells = (f"`{field.alias or name}`", _kind(field), default, field.description or "")
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def _kind(field: FieldInfo) -> str:
    shapes = shapes_of(field.annotation, field.metadata)
    if choices := choices_of(shapes):
        return ", ".join(f"`{_toml(choice)}`" for choice in choices)
    if any(shape.type is Secret for shape in shapes):
        return "secret"
    words = _ARTICLE.sub("", describe(shapes).partition(" such as")[0].rstrip(","))
    bounds = [item for shape in shapes for item in shape.metadata if isinstance(item, Within)]
    return words + "".join(f" from {bound.low} to {bound.high}" for bound in bounds)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value in (None, "", ()):
        return ""
    words = " ".join(_expected(field))
    if "duration" in words:
        value = show_duration(value)
    elif "size" in words:
        value = show_size(value)
    return f"`{_toml(value)}`"


def _expected(field: FieldInfo) -> Iterator[str]:
    for shape in shapes_of(field.annotation, field.metadata):
        yield from (item.words for item in shape.metadata if isinstance(item, Expects))


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, cast('tuple[object, ...]', value)))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, (str, Path)) else str(value)


if __name__ == "__main__":
    main()
