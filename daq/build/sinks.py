"""Builds the sinks and their pumps, and tells when one has to be built anew."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from daq.config.errors import SecretError
from daq.config.sink import InfluxSink, MqttSink, SinkConfig
from daq.config.sinks import influx_settings, mqtt_settings, pump_settings
from daq.deliver.failover import Failover
from daq.deliver.pump import Pump
from daq.deliver.settings import (
    FailoverSettings,
    InfluxSettings,
    MqttSettings,
    PumpSettings,
    TlsSettings,
)
from daq.deliver.sink import Sink
from daq.deliver.tls import LARGEST
from daq.journal.journal import Journal
from drivers.files import read_bounded

SinkSettings: TypeAlias = MqttSettings | InfluxSettings

Addresses: TypeAlias = Sequence[Sink]
"""A sink for each address of one destination, the preferred one first."""


class SinkSetup(msgspec.Struct, frozen=True):
    """All that decides how a sink delivers, secrets resolved; equal when nothing changed.

    ``settings`` are those of each address. ``certificates`` are the digests of the files of
    TLS: their names do not tell when they were renewed.
    """

    settings: tuple[SinkSettings, ...]
    pump: PumpSettings
    certificates: tuple[str, ...]


def sink_setup(name: str, sink: SinkConfig, site: str) -> SinkSetup:
    """What a table of the configuration, and the files it names, come to.

    Raises:
        SecretError: a secret cannot be read.
    """
    try:
        settings = _settings(sink, site)
    except SecretError as error:
        raise SecretError(f"sink.{name}: {error}") from error
    return SinkSetup(settings, pump_settings(sink), _certificates(settings[0].tls))


def build_sink(name: str, setup: SinkSetup) -> Addresses:
    """The sink at each of its addresses; libraries of the other kinds are not even imported."""
    return [_one(name, settings) for settings in setup.settings]


def build_pump(journal: Journal, addresses: Addresses, setup: SinkSetup) -> Pump:
    """What delivers to a sink. Within an event loop."""
    if len(addresses) == 1:
        return Pump(journal, addresses[0], setup.pump)
    limit = setup.pump.connect_timeout
    sink = Failover(journal, addresses, FailoverSettings(connect_timeout=limit))
    # All addresses may have to be tried, each up to its limit, and closed.
    return Pump(
        journal,
        sink,
        msgspec.structs.replace(setup.pump, connect_timeout=limit * (len(addresses) + 1)),
    )


def _one(name: str, settings: SinkSettings) -> Sink:
    if isinstance(settings, MqttSettings):
        from daq.deliver.mqtt import MqttSink as Mqtt  # noqa: PLC0415 - 100 ms of imports

        return Mqtt(name, settings)
    from daq.deliver.influx import InfluxSink as Influx  # noqa: PLC0415 - 450 ms of imports

    return Influx(name, settings)


def _settings(sink: SinkConfig, site: str) -> tuple[SinkSettings, ...]:
    if isinstance(sink, MqttSink):
        return mqtt_settings(sink, site)
    assert isinstance(sink, InfluxSink)  # noqa: S101 - there are two kinds
    return influx_settings(sink, site)


def _certificates(tls: TlsSettings | None) -> tuple[str, ...]:
    files = (tls.ca_file, tls.certificate, tls.key) if tls else ()
    return tuple(map(_digest, files))


def _digest(file: str) -> str:
    """Empty for a file that cannot be read: connecting says so, and again each time."""
    try:
        return hashlib.sha256(read_bounded(Path(file), LARGEST)).hexdigest() if file else ""
    except OSError:
        return ""
