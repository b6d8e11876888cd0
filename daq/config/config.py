"""The whole configuration file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import Field, model_validator

from daq.config.alarm import AlarmConfig
from daq.config.annunciator import AnnunciatorConfig
from daq.config.archive import ArchiveConfig
from daq.config.bus import BusConfig
from daq.config.calibration import CalibrationConfig
from daq.config.daemon import DaemonConfig
from daq.config.evidence import EvidenceConfig
from daq.config.health import HealthConfig
from daq.config.incident import IncidentConfig, ProcedureConfig
from daq.config.instrument import InstrumentConfig
from daq.config.journal import JournalConfig
from daq.config.method import MethodConfig
from daq.config.metrics import MetricsConfig
from daq.config.programme import ProgrammeConfig
from daq.config.recipient import NotificationConfig, RecipientConfig, ShiftConfig
from daq.config.runs import RunsConfig
from daq.config.sink import SinkConfig
from daq.config.types import FilePath, Name, Table, Text
from daq.config.usage import CostConfig, UsageConfig, UtilisationConfig
from daq.config.web import WebConfig

SOCKET_LIMIT = 107
"""Bytes the path of a Unix socket may have (unix(7))."""


class Site(Table, frozen=True):
    """The laboratory."""

    name: Name = Field(description="goes into topics and tags")
    title: Text = Field(default="", description="what people call it")


class ControlConfig(Table, frozen=True):
    """How commands such as `daq status` reach the running daemon."""

    socket: FilePath | None = Field(
        default=None, description="path of the Unix socket; beside the journal when left out"
    )

    @model_validator(mode="after")
    def _short(self) -> "ControlConfig":
        if self.socket is not None and len(bytes(self.socket)) > SOCKET_LIMIT:
            raise ValueError(f"socket: the path is longer than {SOCKET_LIMIT} bytes")
        return self


def socket_path(journal: JournalConfig, control: ControlConfig) -> Path:
    """Where the control socket is."""
    return control.socket or journal.path.with_suffix(".sock")


class ProfilesConfig(Table, frozen=True):
    """The laboratory's own descriptions of instruments."""

    folder: FilePath | None = Field(
        default=None, description="folder of .toml profiles; each is used by its file's name"
    )


class Config(Table, frozen=True):
    """One file: site, journal, buses, instruments, sinks."""

    site: Site = Field(description="the laboratory")
    journal: JournalConfig = Field(
        default_factory=JournalConfig, description="the durable local log"
    )
    archive: ArchiveConfig = Field(
        default_factory=ArchiveConfig, description="the journal beyond its retention"
    )
    evidence: EvidenceConfig = Field(
        default_factory=EvidenceConfig, description="what a report says of the laboratory"
    )
    control: ControlConfig = Field(
        default_factory=ControlConfig, description="how commands reach the daemon"
    )
    daemon: DaemonConfig = Field(
        default_factory=DaemonConfig, description="what the process runs on"
    )
    metrics: MetricsConfig = Field(
        default_factory=MetricsConfig, description="the page Prometheus reads"
    )
    web: WebConfig = Field(default_factory=WebConfig, description="the page people look at")
    health: HealthConfig = Field(
        default_factory=HealthConfig, description="whether the daemon journals how it does"
    )
    profiles: ProfilesConfig = Field(
        default_factory=ProfilesConfig, description="the laboratory's own profiles"
    )
    calibration: CalibrationConfig = Field(
        default_factory=CalibrationConfig, description="certificates of the instruments"
    )
    bus: dict[Name, BusConfig] = Field(default={}, description="buses by name")
    instrument: dict[Name, InstrumentConfig] = Field(default={}, description="instruments by name")
    sink: dict[Name, SinkConfig] = Field(default={}, description="sinks by name")
    alarm: dict[Name, AlarmConfig] = Field(default={}, description="alarms by name")
    incident: dict[Name, IncidentConfig] = Field(
        default={}, description="which alarms open an incident, by name of the rule"
    )
    procedure: dict[Name, ProcedureConfig] = Field(
        default={}, description="check lists for incidents, by name"
    )
    runs: RunsConfig = Field(default_factory=RunsConfig, description="what a run has to have")
    method: dict[Name, MethodConfig] = Field(
        default={}, description="how series of samples are measured and judged, by name"
    )
    notification: NotificationConfig = Field(
        default_factory=NotificationConfig, description="how people are told"
    )
    shift: dict[Name, ShiftConfig] = Field(default={}, description="shifts by name")
    recipient: dict[Name, RecipientConfig] = Field(
        default={}, description="who is told of alarms and events, by name"
    )
    annunciator: dict[Name, AnnunciatorConfig] = Field(
        default={}, description="lamps and horns by name"
    )
    programme: dict[Name, ProgrammeConfig] = Field(
        default={}, description="programmes of steps that runs are compared with, by name"
    )
    utilisation: UtilisationConfig = Field(
        default_factory=UtilisationConfig, description="what holds for the use of all instruments"
    )
    usage: dict[Name, UsageConfig] = Field(
        default={}, description="states, energy and cost centre of instruments, by name"
    )
    cost: CostConfig = Field(default_factory=CostConfig, description="what instruments cost")
    lab: Any = Field(
        default=None,
        exclude=True,
        description="simulated instruments, for `daq sim run`; ignored here",
    )

    @model_validator(mode="before")
    @classmethod
    def _tables_with_defaults(cls, value: object) -> object:
        """So that default paths, too, count from the folder of the file."""
        if not isinstance(value, Mapping):
            return value
        return {"journal": {}, "control": {}, **cast("Mapping[str, Any]", value), "lab": None}

    @property
    def socket(self) -> Path:
        """The path of the control socket."""
        return socket_path(self.journal, self.control)
