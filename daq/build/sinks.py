"""Builds the sinks, and tells when one has to be built anew."""

import hashlib
from pathlib import Path
from typing import TypeAlias

import msgspec

from daq.config.errors import SecretError
from daq.config.sink import InfluxSink, MqttSink, SinkConfig
from daq.config.sinks import influx_settings, mqtt_settings, pump_settings
from daq.deliver.settings import InfluxSettings, MqttSettings, PumpSettings, TlsSettings
from daq.deliver.sink import Sink
from daq.deliver.tls import LARGEST
from drivers.files import read_bounded

SinkSettings: TypeAlias = MqttSettings | InfluxSettings


class SinkSetup(msgspec.Struct, frozen=True):
    """All that decides how a sink delivers, secrets resolved; equal when nothing changed.

    ``certificates`` are the digests of the files of TLS: their names do not tell when they were
    renewed.
    """

    settings: SinkSettings
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
    return SinkSetup(settings, pump_settings(sink), _certificates(settings.tls))


def build_sink(name: str, setup: SinkSetup) -> Sink:
    """The sink; libraries of the other kinds are not even imported."""
    settings = setup.settings
    if isinstance(settings, MqttSettings):
        from daq.deliver.mqtt import MqttSink as Mqtt  # noqa: PLC0415 - 100 ms of imports

        return Mqtt(name, settings)
    from daq.deliver.influx import InfluxSink as Influx  # noqa: PLC0415 - 450 ms of imports

    return Influx(name, settings)


def _settings(sink: SinkConfig, site: str) -> SinkSettings:
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
