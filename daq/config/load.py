"""From a file to a configuration, or to everything that is wrong with it."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from pydantic import BaseModel, TypeAdapter, ValidationError

from daq.config.access import AccessConfig
from daq.config.alarm import AlarmConfig
from daq.config.annunciator import AnnunciatorConfig
from daq.config.bus import BusConfig, SerialBus
from daq.config.calibration import CalibrationConfig
from daq.config.catalogue import Catalogue, Registry
from daq.config.certificates import certificate_problems
from daq.config.checks import Finding, Parts, check
from daq.config.checks.buses import LINE_KEYS
from daq.config.config import Config
from daq.config.errors import ConfigError
from daq.config.expand import expand
from daq.config.health import HealthConfig
from daq.config.incident import IncidentConfig, ProcedureConfig
from daq.config.instrument import InstrumentConfig
from daq.config.journal import JournalConfig
from daq.config.mend import mended
from daq.config.method import MethodConfig
from daq.config.metrics import MetricsConfig
from daq.config.programme import ProgrammeConfig
from daq.config.recipient import RecipientConfig, ShiftConfig
from daq.config.sink import SinkConfig
from daq.config.templates import Templated, made_of, validated
from daq.config.usage import CostConfig, UsageConfig, UtilisationConfig
from daq.config.web import WebConfig
from drivers.errors import ProfileError
from drivers.tomlfile import Document, Problem, TomlError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_IGNORED = frozenset({"lab"})


class Examined(msgspec.Struct, frozen=True):
    """What a file turned out to be; ``config`` is None when there are errors.

    ``templated`` are the alarms that profiles make.
    """

    config: Config | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    templated: tuple[Templated, ...] = ()


def load_config(path: Path, *, environ: Mapping[str, str] = os.environ) -> Config:
    """Read a configuration.

    Raises:
        ConfigError: it is wrong; holds every problem.
    """
    examined = examine(path, environ=environ)
    if examined.config is None:
        raise ConfigError(examined.errors)
    return examined.config


def examine(
    path: Path, *, environ: Mapping[str, str] = os.environ, catalogue: Catalogue | None = None
) -> Examined:
    """Read a configuration and find everything that is wrong or unwise in it."""
    try:
        document = Document.read(path)
    except TomlError as error:
        return Examined(None, error.problems, ())
    data, unexpanded = expand(document.data, environ, skip=_IGNORED)
    folder = path.absolute().parent
    context = {"folder": folder, "profiles": _own_profiles(data, folder)}
    config, errors = _validate(document, data, context, [document.problem(*u) for u in unexpanded])
    parts = _parts(data, context, catalogue or Registry(context["profiles"]))
    found = list(dict.fromkeys(check(parts)))
    known = {problem.key for problem in errors}
    misfits = [_problem(document, finding) for finding in found if not finding.warning]
    errors += [problem for problem in misfits if problem.key not in known]
    errors += certificate_problems(document, parts)
    warnings = [_problem(document, finding) for finding in found if finding.warning]
    filled = None if config is None or errors else _filled(config, parts)
    made = tuple(parts.templated.values())
    return Examined(filled, _sorted(errors), _sorted(warnings), made)


def _validate(
    document: Document, data: Mapping[str, Any], context: Mapping[str, Any], known: list[Problem]
) -> tuple[Config | None, list[Problem]]:
    """The configuration, unless it is wrong, and all problems together with the known ones.

    What is wrong at a key that has a problem already follows from that one.
    """
    try:
        return document.model(Config, data, context), known
    except TomlError as error:
        keys = {problem.key for problem in known}
        return None, known + [problem for problem in error.problems if problem.key not in keys]


def _parts(data: Mapping[str, Any], context: Mapping[str, Any], catalogue: Catalogue) -> Parts:
    tables = _table(data, "instrument")
    instruments = {
        name: instrument
        for name, entry in tables.items()
        if (instrument := mended(entry, context)) is not None
    }
    templated = _templated(instruments, catalogue)
    alarms = {name: validated(made) for name, made in templated.items()}
    own = _of_kinds(_alarms, _table(data, "alarm"), context)
    return Parts(
        catalogue=catalogue,
        bus_names=tuple(_table(data, "bus")),
        used_buses=frozenset(
            str(_table(table, name).get("bus"))
            for table in (tables, _table(data, "annunciator"))
            for name in table
        ),
        buses=_of_kinds(_buses, _table(data, "bus"), context),
        instruments=instruments,
        instrument_names=frozenset(tables),
        sinks=_of_kinds(_sinks, _table(data, "sink"), context),
        journal=_one(JournalConfig, _table(data, "journal"), context),
        metrics=_one(MetricsConfig, _table(data, "metrics"), context),
        alarms={name: a for name, a in alarms.items() if not isinstance(a, list)} | own,
        alarm_names=frozenset(_table(data, "alarm")),
        templated=templated,
        incidents=_models(IncidentConfig, _table(data, "incident"), context),
        procedures=_models(ProcedureConfig, _table(data, "procedure"), context),
        programmes=_models(ProgrammeConfig, _table(data, "programme"), context),
        methods=_models(MethodConfig, _table(data, "method"), context),
        annunciators=_of_kinds(_annunciators, _table(data, "annunciator"), context),
        web=_one(WebConfig, _table(data, "web"), context),
        access=_one(AccessConfig, _table(data, "access"), context),
        health=_one(HealthConfig, _table(data, "health"), context),
        calibration=_one(CalibrationConfig, _table(data, "calibration"), context),
        recipients=_models(RecipientConfig, _table(data, "recipient"), context),
        recipient_names=frozenset(_table(data, "recipient")),
        shifts=_models(ShiftConfig, _table(data, "shift"), context),
        shift_names=frozenset(_table(data, "shift")),
        utilisation=_only(UtilisationConfig, _table(data, "utilisation"), context),
        usage=_models(UsageConfig, _table(data, "usage"), context),
        usage_names=frozenset(_table(data, "usage")),
        cost=_only(CostConfig, _table(data, "cost"), context),
        time_zone_given="time_zone" in _table(data, "notification"),
    )


def _templated(
    instruments: Mapping[str, InstrumentConfig], catalogue: Catalogue
) -> dict[str, Templated]:
    """The alarms that profiles make, by name; a profile that is wrong makes none."""
    found: dict[str, Templated] = {}
    for name, item in instruments.items():
        if not item.alarms:
            continue
        with suppress(ProfileError):
            found |= {
                made.name: made for made in made_of(name, item, catalogue.facts(item.profile))
            }
    return found


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = data.get(key)
    return cast("dict[str, Any]", table) if isinstance(table, dict) else {}


def _own_profiles(data: Mapping[str, Any], folder: Path) -> Path | None:
    name = _table(data, "profiles").get("folder")
    return folder / name if isinstance(name, str) else None


def _models(model: type[M], table: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, M]:
    """The entries that are valid by themselves; the others have been reported."""
    found = {name: _one(model, entry, context) for name, entry in table.items()}
    return {name: one for name, one in found.items() if one is not None}


def _one(model: type[M], entry: object, context: Mapping[str, Any]) -> M | None:
    """One entry, unless it is wrong."""
    try:
        return model.model_validate(entry, context=dict(context))
    except ValidationError:
        return None


def _only(model: type[M], table: Mapping[str, Any], context: Mapping[str, Any]) -> M | None:
    """The one table of a kind; None where there is none, or it is wrong."""
    return _one(model, table, context) if table else None


def _of_kinds(
    adapter: Callable[[], TypeAdapter[T]], table: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, T]:
    """As ``_models``, for entries of several kinds; what tells these apart is built once."""
    valid: dict[str, T] = {}
    for name, entry in table.items():
        try:
            valid[name] = adapter().validate_python(entry, context=dict(context))
        except ValidationError:
            continue
    return valid


def _filled(config: Config, parts: Parts) -> Config:
    """The configuration with what profiles add: settings of serial lines, alarms."""
    buses = {name: _fill(bus, name, parts) for name, bus in config.bus.items()}
    alarms = {name: parts.alarms[name] for name in parts.templated if name in parts.alarms}
    return config.model_copy(update={"bus": buses, "alarm": {**config.alarm, **alarms}})


def _fill(bus: BaseModel, name: str, parts: Parts) -> BaseModel:
    profiles = [facts.serial for _, _, facts in parts.on_bus(name)]
    if not isinstance(bus, SerialBus) or not profiles:
        return bus
    missing = [key for key in LINE_KEYS if getattr(bus, key) is None]
    return bus.model_copy(update={key: getattr(profiles[0], key) for key in missing})


def _problem(document: Document, finding: Finding) -> Problem:
    return document.problem(finding.path, finding.message, finding.hint)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.key)))


# A reload would leave each of these to the collector of garbage, and build it anew.


@cache
def _alarms() -> TypeAdapter[AlarmConfig]:
    return TypeAdapter(AlarmConfig)


@cache
def _buses() -> TypeAdapter[BusConfig]:
    return TypeAdapter(BusConfig)


@cache
def _sinks() -> TypeAdapter[SinkConfig]:
    return TypeAdapter(SinkConfig)


@cache
def _annunciators() -> TypeAdapter[AnnunciatorConfig]:
    return TypeAdapter(AnnunciatorConfig)
