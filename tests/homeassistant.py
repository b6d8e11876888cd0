"""What Home Assistant does with discovery and states, as far as a value depends on it.

From homeassistant/components/mqtt (discovery.py, sensor.py, binary_sensor.py) and
components/sensor/const.py of version 2026.2; its templates are Jinja2's.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, cast

from jinja2 import StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

TOPIC = re.compile(
    r"homeassistant/device/(?:(?P<node>[a-zA-Z0-9_-]+)/)?(?P<object>[a-zA-Z0-9_-]+)/config"
)
REQUIRED = {"device", "components", "origin"}

UNITS = {
    "temperature": {"°C", "°F", "K"},
    "voltage": {"μV", "µV", "mV", "V", "kV", "MV"},
    "current": {"mA", "A"},
    "power": {"mW", "W", "kW", "MW", "GW", "TW"},
    "energy": {"Wh", "kWh", "MWh", "GWh", "TWh"},
    "apparent_power": {"mVA", "VA", "kVA"},
    "reactive_power": {"mvar", "var", "kvar"},
    "power_factor": {"%", None},
    "frequency": {"mHz", "Hz", "kHz", "MHz", "GHz"},
    "pressure": {"Pa", "hPa", "kPa", "mbar", "bar", "psi"},
    "weight": {"µg", "mg", "g", "kg"},
    "duration": {"μs", "ms", "s", "min", "h", "d"},
    "volume_flow_rate": {"L/min", "L/h", "L/s", "mL/s", "m³/h"},
    "humidity": {"%"},
    "data_size": {"B", "kB", "MB", "GB"},
}
"""DEVICE_CLASS_UNITS, as far as we use it. An entity with another unit is refused there."""

_environment = ImmutableSandboxedEnvironment(undefined=Undefined)
_strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)


@dataclass
class Entity:
    """A sensor made by discovery; ``state`` is what it shows, None for unknown."""

    config: dict[str, Any]
    state_topic: str
    state: str | None = None
    attributes: dict[str, Any] | None = None

    @property
    def unit(self) -> str | None:
        return self.config.get("unit_of_measurement")

    @property
    def numeric(self) -> bool:
        """Home Assistant expects numbers of what has a unit or a class (sensor/__init__.py)."""
        return bool(self.unit or self.config.get("state_class") or self.config.get("device_class"))

    def receive(self, payload: bytes) -> None:
        """A message on the topic of the state."""
        value = json.loads(payload)
        # An error in a template shows nowhere but in a log there: here it fails the test.
        known = {"value_json": value, "this": {"state": self.state or "unknown"}}
        _strict.from_string(self.config["value_template"]).render(known)
        text = _environment.from_string(self.config["value_template"]).render(known)
        attributes = self.config["json_attributes_template"]
        self.attributes = json.loads(_environment.from_string(attributes).render(known))
        if text == "None":
            self.state = None
        elif text or not (self.numeric or self.config["platform"] == "binary_sensor"):
            self.state = text


def entities(topic: str, payload: bytes) -> dict[str, Entity]:
    """The entities a discovery message makes, by their key; none for an empty one."""
    match = TOPIC.fullmatch(topic)
    assert match, f"Home Assistant does not look at {topic}"
    if not payload:
        return {}
    content = cast("dict[str, Any]", json.loads(payload))
    assert content.keys() >= REQUIRED
    assert content["device"]["identifiers"]
    assert content["origin"]["name"]
    return {key: _entity(each, content) for key, each in content["components"].items()}


def _entity(config: dict[str, Any], content: dict[str, Any]) -> Entity:
    assert config["platform"] in {"sensor", "binary_sensor"}
    assert config["unique_id"]
    assert isinstance(config["expire_after"], int)
    device_class = config.get("device_class")
    if device_class:
        assert config.get("unit_of_measurement") in UNITS[device_class]
    if device_class == "energy":
        assert config["state_class"] in {"total", "total_increasing"}
    return Entity(config, content["state_topic"])
