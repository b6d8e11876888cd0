"""The configuration: one TOML file, read into frozen models, with every error at its line."""

from daq.config.bus import SerialBus, TcpBus
from daq.config.config import Config, ControlConfig, JournalConfig, Site
from daq.config.errors import ConfigError, SecretError
from daq.config.instrument import GroupConfig, InstrumentConfig
from daq.config.load import Examined, examine, load_config
from daq.config.secret import Secret
from daq.config.sink import InfluxSink, MqttSink, TlsConfig

__all__ = [
    "Config",
    "ConfigError",
    "ControlConfig",
    "Examined",
    "GroupConfig",
    "InfluxSink",
    "InstrumentConfig",
    "JournalConfig",
    "MqttSink",
    "Secret",
    "SecretError",
    "SerialBus",
    "Site",
    "TcpBus",
    "TlsConfig",
    "examine",
    "load_config",
]
