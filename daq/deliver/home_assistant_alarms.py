"""Home Assistant's MQTT discovery of alarms: each is a binary sensor of class problem. Pure.

A retained message for each alarm, of the single-component format: alarms come and go one by one.
Source: as ``home_assistant.py``; ``components/binary_sensor`` of version 2026.2 for the class.
"""

from typing import Any

import msgspec

from daq import __version__
from daq.deliver.mqtt_payload import Composer, Message
from daq.deliver.present import STATES, Content

_json = msgspec.json.Encoder()


def is_alarm(path: str) -> bool:
    """Whether a path of what is so is that of an alarm."""
    return path.startswith(f"{STATES}/")


def announce_alarm(prefix: str, composer: Composer, path: str, content: Content) -> Message:
    """What makes, or changes, the entity of the alarm at this path."""
    payload = _json.encode(_entity(composer, path, content))
    return Message(_address(prefix, composer.site, path), payload, retain=True)


def withdraw_alarm(prefix: str, composer: Composer, path: str) -> Message:
    """What takes it away."""
    return Message(_address(prefix, composer.site, path), b"", retain=True)


def _address(prefix: str, site: str, path: str) -> str:
    # Names have no capitals: two alarms never share an address, whatever they are called.
    name = _name(path).replace(".", "-L-")
    return f"{prefix}/binary_sensor/daq-{site}/{name}/config"


def _entity(composer: Composer, path: str, content: Content) -> dict[str, Any]:
    name, topic, site = _name(path), composer.below(path), composer.site
    return {
        "unique_id": f"daq/{site}/{STATES}/{name}",
        "name": content.get("title") or name,
        "device_class": "problem",
        "state_topic": topic,
        "value_template": "{{ 'ON' if value_json.active else 'OFF' }}",
        "json_attributes_topic": topic,
        "qos": 1,
        "availability": [
            {
                "topic": composer.status_topic,
                "value_template": "{{ value_json.status }}",
                "payload_available": "online",
                "payload_not_available": "offline",
            }
        ],
        "device": {
            "identifiers": [f"daq/{site}/_alarms"],
            "name": f"{site} alarms",
            "suggested_area": site,
        },
        "origin": {"name": "lab-daq", "sw_version": __version__},
    }


def _name(path: str) -> str:
    return path.removeprefix(f"{STATES}/")
