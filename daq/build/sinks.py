"""Builds the pumps: one for each sink of the configuration."""

from daq.config.config import Config
from daq.config.sink import InfluxSink, MqttSink, SinkConfig
from daq.config.sinks import influx_settings, mqtt_settings, pump_settings
from daq.deliver.pump import Pump
from daq.deliver.sink import Sink
from daq.journal.journal import Journal


def build_pumps(config: Config, journal: Journal) -> list[Pump]:
    """A pump for each sink.

    Raises:
        SecretError: a secret of a sink cannot be read.
    """
    return [
        Pump(journal, build_sink(name, sink, config.site.name), pump_settings(sink))
        for name, sink in config.sink.items()
    ]


def build_sink(name: str, sink: SinkConfig, site: str) -> Sink:
    """The sink a table describes; libraries of the other kinds are not even imported."""
    if isinstance(sink, MqttSink):
        from daq.deliver.mqtt import MqttSink as Mqtt  # noqa: PLC0415 - 100 ms of imports

        return Mqtt(name, mqtt_settings(sink, site))
    assert isinstance(sink, InfluxSink)  # noqa: S101 - there are two kinds
    from daq.deliver.influx import InfluxSink as Influx  # noqa: PLC0415 - 450 ms of imports

    return Influx(name, influx_settings(sink, site))
