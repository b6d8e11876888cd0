"""Home Assistant's MQTT discovery: what makes a device of each scan group there. Pure.

The device-based format (Home Assistant 2024.11 and newer): a retained message for each scan group
names all its channels; groups of one instrument are one device there, by its identifier. An empty
retained message takes them away again. Source: Home Assistant's documentation, "MQTT discovery",
and its components/mqtt of version 2026.2: ``discovery.py``, ``schemas.py``, ``sensor.py``,
``binary_sensor.py``; units that go with a device class: ``components/sensor/const.py``.
"""

import math
from collections.abc import Collection
from typing import Any

import msgspec

from daq import __version__
from daq.deliver.mqtt_payload import Composer, Message
from daq.deliver.newest import Topic
from daq.journal.entry import OWN, Series, SeriesKey
from drivers.model import Channel

DEVICE_CLASSES = {
    "°C": "temperature",
    "°F": "temperature",
    "K": "temperature",
    "µV": "voltage",
    "mV": "voltage",
    "V": "voltage",
    "kV": "voltage",
    "mA": "current",
    "A": "current",
    "mW": "power",
    "W": "power",
    "kW": "power",
    "MW": "power",
    "Wh": "energy",
    "kWh": "energy",
    "MWh": "energy",
    "VA": "apparent_power",
    "kVA": "apparent_power",
    "var": "reactive_power",
    "kvar": "reactive_power",
    "Hz": "frequency",
    "kHz": "frequency",
    "MHz": "frequency",
    "Pa": "pressure",
    "hPa": "pressure",
    "kPa": "pressure",
    "mbar": "pressure",
    "bar": "pressure",
    "psi": "pressure",
    "mg": "weight",
    "g": "weight",
    "kg": "weight",
    "ms": "duration",
    "s": "duration",
    "min": "duration",
    "h": "duration",
    "L/min": "volume_flow_rate",
    "B": "data_size",
}
"""The device class of a unit. A unit that is missing here is shown without a class."""

SHOWN = {
    "1": "",
    "Cel": "°C",
    "[degF]": "°F",
    "[psi]": "psi",
    "Ohm": "Ω",
    "V.A": "VA",
    "W.h": "Wh",
    "By": "B",
    "deg": "°",
    "kV.A": "kVA",
    "kW.h": "kWh",
    "uV": "µV",
}
"""What people write for a unit of UCUM, where its code is something else."""

LIFE = 3.0
"""Intervals without a message after which a value counts as expired."""

SHORTEST_LIFE = 60
"""Seconds a value lives at least: a busy broker is no outage."""

_NEW = "value_json.historical is not defined"
"""Backlog comes on the same topic; it must not overwrite what is now."""

_json = msgspec.json.Encoder()


class Discovery:
    """Makes the messages of one broker, and knows what has been taken away there."""

    def __init__(self, prefix: str, composer: Composer) -> None:
        self._prefix, self._composer = prefix, composer
        self._withdrawn: set[Topic] = set()

    def announce(self, series: Series) -> Message:
        """What makes, or changes, the entities of a scan group."""
        key = series.key
        topic = (key.site, key.instrument, key.group)
        self._withdrawn.discard(topic)
        payload = _json.encode(self._content(series))
        return Message(self._address(topic), payload, retain=True)

    def withdraw(self, absent: Collection[Topic]) -> list[Message]:
        """What takes away the entities of groups there are no more, as far as it was not done.

        Home Assistant complains of what it does not know; ``withdrawn`` keeps it from hearing
        the same at each connection.
        """
        pending = sorted(set(absent) - self._withdrawn)
        return [Message(self._address(topic), b"", retain=True) for topic in pending]

    def withdrawn(self, absent: Collection[Topic]) -> None:
        """The broker has got what ``withdraw`` made of these."""
        self._withdrawn.update(absent)

    def _address(self, topic: Topic) -> str:
        # Names have no capitals: two groups never share an address, whatever they are called.
        site, instrument, group = topic
        return f"{self._prefix}/device/daq-{site}/{instrument}-G-{group}/config"

    def _content(self, series: Series) -> dict[str, Any]:
        key, state_topic = series.key, self._composer.topic(series)
        return {
            "device": {
                "identifiers": [f"daq/{key.site}/{key.instrument}"],
                "name": key.instrument,
                "model": key.model,
                "suggested_area": key.site,
            },
            "origin": {"name": "lab-daq", "sw_version": __version__},
            "availability": [
                {
                    "topic": self._composer.status_topic,
                    "value_template": "{{ value_json.status }}",
                    "payload_available": "online",
                    "payload_not_available": "offline",
                }
            ],
            "state_topic": state_topic,
            "qos": 1,
            "components": {
                channel.name: component(key, channel, state_topic) for channel in key.channels
            },
        }


def component(key: SeriesKey, channel: Channel, state_topic: str) -> dict[str, Any]:
    """One entity: how its state is found in our messages, and what it means."""
    content: dict[str, Any] = {
        "platform": "binary_sensor" if channel.kind == "boolean" else "sensor",
        "unique_id": f"daq/{key.site}/{key.instrument}/{key.group}/{channel.name}",
        "name": channel.name,
        "value_template": _value(channel),
        "json_attributes_topic": state_topic,
        "json_attributes_template": _attributes(channel),
        "expire_after": max(math.ceil(LIFE * key.interval), SHORTEST_LIFE),
    }
    if key.instrument == OWN:
        content["entity_category"] = "diagnostic"
    if channel.kind == "boolean":
        return content | {"payload_on": "True", "payload_off": "False"}
    return content | (_meaning(channel) if channel.kind != "text" else {})


def _value(channel: Channel) -> str:
    """Null renders as None, which Home Assistant takes for unknown; nothing changes nothing.

    ``value_json.values`` would be the method of a dictionary.
    """
    found = f"value_json['values']['{channel.name}']"
    otherwise = " else this.state" if channel.kind == "text" else ""
    return f"{{{{ {found} if {_NEW}{otherwise} }}}}"


def _attributes(channel: Channel) -> str:
    """Quality and reason in words, the time of the reading, its number in the journal."""
    quality = f"value_json.get('quality', {{}}).get('{channel.name}', 'good')"
    now = f"{{'quality': {quality}, 'time': value_json['time'], 'seq': value_json['seq']}}"
    return f"{{{{ ({now} if {_NEW} else {{'historical': true}}) | tojson }}}}"


def _meaning(channel: Channel) -> dict[str, Any]:
    unit, device_class = _unit(channel)
    content: dict[str, Any] = {
        "state_class": "total_increasing" if device_class == "energy" else "measurement"
    }
    if unit:
        content["unit_of_measurement"] = unit
    if device_class:
        content["device_class"] = device_class
    if channel.decimals is not None:
        content["suggested_display_precision"] = channel.decimals
    return content


def _unit(channel: Channel) -> tuple[str, str]:
    """As people write it, and the device class that goes with it; empty where there is none."""
    shown = channel.display_unit or SHOWN.get(channel.unit, channel.unit)
    if channel.unit == "%" and (shown.endswith("RH") or channel.name.startswith("humidity")):
        return "%", "humidity"
    if channel.name == "power_factor":
        return shown, "power_factor"
    return shown, DEVICE_CLASSES.get(shown, "")
