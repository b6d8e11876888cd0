"""What the shell offers for a word: names out of the configuration, profiles, models, ports.

Runs at every press of TAB, so it reads what it needs and nothing more; what cannot be read
offers nothing, for a shell has no place for an error.
"""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, cast

import click
from click.shell_completion import CompletionItem

from daq.cli.options import DEFAULT_CONFIG

Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _from(tables: Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]) -> Complete:
    """Offers names, each with what people call it, out of the configuration."""

    def complete(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
        del param
        found = dict(tables(_configuration(ctx)))
        return [
            CompletionItem(name, help=title or None)
            for name, title in found.items()
            if name.startswith(begun)
        ]

    return complete


def _configuration(ctx: click.Context) -> Mapping[str, Any]:
    """The file as it stands, right or wrong; empty when it cannot be read."""
    given = ctx.params.get("config_path") or os.environ.get("DAQ_CONFIG") or DEFAULT_CONFIG
    try:
        return tomllib.loads(Path(str(given)).expanduser().read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _table(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _named(key: str) -> Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]:
    def tables(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, table in _table(data.get(key)).items():
            yield name, str(_table(table).get("title", ""))

    return tables


def _alarms(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, table in _table(data.get("alarm")).items():
        found = _table(table)
        title = str(found.get("title", ""))
        if found.get("type") != "limit":
            yield name, title
            continue
        for key in ("low_low", "low", "high", "high_high"):
            if key in found:
                yield f"{name}.{key.replace('_', '-')}", title


def _groups(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for instrument in _table(data.get("instrument")).values():
        for name in _table(_table(instrument).get("group")):
            yield name, ""


instruments = _from(_named("instrument"))
buses = _from(_named("bus"))
sinks = _from(_named("sink"))
recipients = _from(_named("recipient"))
alarms = _from(_alarms)
procedures = _from(_named("procedure"))
groups = _from(_groups)
methods = _from(_named("method"))
programmes = _from(_named("programme"))


def profiles(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The profiles that have a name; with a dot or a slash begun, files."""
    del ctx, param
    if "/" in begun or begun.startswith("."):
        return [CompletionItem(begun, type="file")]
    names: list[str] = import_module("drivers.registry").available_profiles()
    return [CompletionItem(name) for name in names if name.startswith(begun)]


def models(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The models that can be simulated, each with its description."""
    del ctx, param
    found: list[tuple[str, str]] = import_module("simulators").models()
    return [CompletionItem(name, help=text) for name, text in found if name.startswith(begun)]


def ports(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The serial ports, by the names under which they stay the same."""
    del ctx, param
    found: list[Any] = import_module("drivers.transport.serial_ports").list_ports()
    names = {name: port.description for port in found for name in (port.stable, port.device)}
    fitting = [
        CompletionItem(name, help=text or None)
        for name, text in names.items()
        if name and name.startswith(begun)
    ]
    return fitting or [CompletionItem(begun, type="file")]


def devices(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The instruments of the simulated laboratory that is named by --control."""
    del param
    place = ctx.params.get("control") or os.environ.get("DAQ_SIM_CONTROL")
    if not place:
        return []
    simulators = import_module("simulators")
    try:
        with simulators.ControlClient(place) as lab:
            found: list[dict[str, str]] = lab.ask("list")
    except (simulators.SimulatorError, OSError, ValueError):
        return []
    return [
        CompletionItem(each["name"], help=each["model"])
        for each in found
        if each["name"].startswith(begun)
    ]
