"""Discovery for Home Assistant: what it makes of every kind of channel, and of what is not good."""

from typing import Any

import msgspec
import pytest

from daq.config.load import examine
from daq.deliver.home_assistant import Discovery
from daq.deliver.mqtt_payload import Composer
from daq.journal.entry import Scan, Series, SeriesKey
from drivers.model import Channel, Kind, Status, Value
from drivers.registry import available_profiles, load_profile
from tests.homeassistant import Entity, entities
from tests.journal_samples import NOON

COMPOSER = Composer("lab", "bench")
CHANNELS = (
    Channel(name="voltage", unit="V", resolution=0.01),
    Channel(name="door", kind="boolean"),
    Channel(name="mode", kind="text"),
)


def series(
    channels: tuple[Channel, ...] = CHANNELS,
    interval: float = 1.0,
    instrument: str = "chamber",
    group: str = "air",
) -> Series:
    key = SeriesKey(
        site="bench",
        instrument=instrument,
        group=group,
        model="Some Chamber",
        asset="CH-1",
        interval=interval,
        channels=channels,
    )
    return Series(1, key)


def made(of: Series) -> dict[str, Entity]:
    message = Discovery("homeassistant", COMPOSER).announce(of)
    assert message.retain
    return entities(message.topic, message.payload)


def content(of: Series) -> Any:  # noqa: ANN401 - JSON
    return msgspec.json.decode(Discovery("homeassistant", COMPOSER).announce(of).payload)


def payload(values: tuple[Value, ...], status: Status, *, historical: bool = False) -> bytes:
    scan = Scan(7, NOON, series(), values, (status,) * len(values))
    return COMPOSER.scan(scan, historical=historical, retain=False).payload


@pytest.fixture
def chamber() -> dict[str, Entity]:
    return made(series())


def test_values_of_every_kind_arrive_as_they_are(chamber: dict[str, Entity]) -> None:
    for entity in chamber.values():
        entity.receive(payload((230.1, True, "heating"), Status.GOOD))
    assert {name: entity.state for name, entity in chamber.items()} == {
        "voltage": "230.1",
        "door": "True",
        "mode": "heating",
    }
    assert chamber["door"].config["platform"] == "binary_sensor"
    assert chamber["door"].config["payload_on"] == "True"
    assert chamber["voltage"].attributes == {
        "quality": "good",
        "time": "2026-11-23T12:00:00.000000000Z",
        "seq": 7,
    }


def test_no_value_is_unknown_and_the_reason_is_told(chamber: dict[str, Entity]) -> None:
    for entity in chamber.values():
        entity.receive(payload((230.1, True, "heating"), Status.GOOD))
        entity.receive(payload((None, None, None), Status.TIMEOUT))
        assert entity.state is None
        assert entity.attributes is not None
        assert entity.attributes["quality"] == "bad: timeout"


def test_backlog_changes_nothing_of_what_is_now(chamber: dict[str, Entity]) -> None:
    for entity in chamber.values():
        entity.receive(payload((230.1, True, "heating"), Status.GOOD))
        now = entity.state
        entity.receive(payload((1.0, False, "cooling"), Status.GOOD, historical=True))
        assert entity.state == now
        assert entity.attributes == {"historical": True}


@pytest.mark.parametrize(
    ("name", "unit", "shown", "expected"),
    [
        ("t1", "Cel", "", ("°C", "temperature", "measurement")),
        ("energy_import", "kW.h", "kWh", ("kWh", "energy", "total_increasing")),
        ("humidity", "%", "", ("%", "humidity", "measurement")),
        ("rh", "%", "% RH", ("%", "humidity", "measurement")),
        ("output", "%", "%", ("%", None, "measurement")),
        ("reactive_power", "V.A", "var", ("var", "reactive_power", "measurement")),
        ("mass_flow", "L/min", "SLPM", ("SLPM", None, "measurement")),
        ("power_factor", "1", "", (None, "power_factor", "measurement")),
        ("ratio", "1", "", (None, None, "measurement")),
    ],
)
def test_units_and_classes(
    name: str, unit: str, shown: str, expected: tuple[str | None, ...]
) -> None:
    channel = Channel(name=name, unit=unit, display_unit=shown)
    config = made(series((channel,)))[name].config
    found = tuple(config.get(k) for k in ("unit_of_measurement", "device_class", "state_class"))
    assert found == expected


@pytest.mark.parametrize("profile", available_profiles())
def test_every_channel_of_every_profile_is_one_home_assistant_takes(profile: str) -> None:
    kinds: dict[str, Kind] = {"text": "text", "boolean": "boolean"}
    channels = tuple(
        Channel(
            name=name,
            unit=each.unit,
            display_unit=each.display_unit,
            kind=kinds.get(str(getattr(each, "kind", "")), "float"),
        )
        for name, each in load_profile(profile).channel.items()
    )
    assert made(series(channels)).keys() == {channel.name for channel in channels}


def test_groups_of_an_instrument_are_one_device_and_no_two_share_a_topic() -> None:
    discovery = Discovery("homeassistant", COMPOSER)
    names = [("a", "b-c"), ("a-b", "c"), ("a--g", "b"), ("a", "g--b"), ("a", "b")]
    topics = [discovery.announce(series(instrument=i, group=g)).topic for i, g in names]
    assert len({*topics}) == len(names)
    devices = [content(series(instrument="a", group=g))["device"] for g in ("b", "c")]
    assert devices[0]["identifiers"] == devices[1]["identifiers"]


def test_a_value_expires_after_three_intervals_and_not_within_a_minute() -> None:
    assert made(series(interval=0.5))["voltage"].config["expire_after"] == 60
    assert made(series(interval=600.0))["voltage"].config["expire_after"] == 1800


def test_the_daemons_own_state_is_diagnostic() -> None:
    assert made(series(instrument="daq"))["voltage"].config["entity_category"] == "diagnostic"
    assert "entity_category" not in made(series())["voltage"].config


def test_what_is_gone_is_taken_away_once_and_again_after_it_was_there() -> None:
    discovery = Discovery("homeassistant", COMPOSER)
    gone = frozenset({("bench", "chamber", "air")})
    (message,) = discovery.withdraw(gone)
    assert (message.payload, message.retain) == (b"", True)
    assert discovery.withdraw(gone) == [message], "the connection broke: it has not got it"
    discovery.withdrawn(gone)
    assert not discovery.withdraw(gone)
    assert discovery.announce(series()).topic == message.topic
    assert discovery.withdraw(gone) == [message]


CONFIG = """
[site]
name = "x"
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('home_assistant = "homeassistant"', ""),
        ('home_assistant = "ha/#"', "must be topic levels"),
        ('home_assistant = "ha"\nretain = false', "home_assistant needs retain = true"),
    ],
)
def test_configured_as_a_prefix(tmp_path: Any, line: str, words: str) -> None:  # noqa: ANN401
    path = tmp_path / "daq.toml"
    path.write_text(CONFIG + line)
    errors = "\n".join(map(str, examine(path, environ={}).errors))
    assert (words in errors) if words else not errors
