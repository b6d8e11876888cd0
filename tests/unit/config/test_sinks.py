from pathlib import Path

import pytest

from daq.config import InfluxSink, MqttSink, Secret, SecretError, TlsConfig
from daq.config.sinks import influx_settings, mqtt_settings, pump_settings

ENVIRON = {"PW": "horse", "KEY": "staple", "TOKEN": "battery"}


def test_an_mqtt_sink_becomes_the_settings_of_delivery() -> None:
    sink = MqttSink(
        type="mqtt",
        host="h",
        protocol="3.1.1",
        user="u",
        password=Secret(env="PW"),
        tls=TlsConfig(
            ca=Path("/ca.pem"),
            certificate=Path("/c.pem"),
            key=Path("/k.pem"),
            key_password=Secret(env="KEY"),
        ),
    )
    (settings,) = mqtt_settings(sink, "lab", ENVIRON)
    assert (settings.site, settings.host, settings.port) == ("lab", "h", 8883)
    assert (settings.version, settings.user, settings.password) == ("3.1.1", "u", "horse")
    assert settings.client == "direct"
    assert settings.tls is not None
    assert (settings.tls.ca_file, settings.tls.password) == ("/ca.pem", "staple")
    assert "horse" not in repr(settings)
    assert "staple" not in repr(settings)


@pytest.mark.parametrize(("tls", "port"), [(None, 1883), (TlsConfig(), 8883)])
def test_the_port_follows_tls(tls: TlsConfig | None, port: int) -> None:
    (settings,) = mqtt_settings(MqttSink(type="mqtt", host="h", tls=tls), "lab", {})
    assert settings.port == port


def test_an_influxdb_2_sink() -> None:
    sink = InfluxSink(
        type="influxdb", url="http://h:8086/", org="o", bucket="b", token=Secret(env="TOKEN")
    )
    (settings,) = influx_settings(sink, "lab", ENVIRON)
    assert (settings.api, settings.url, settings.bucket) == ("v2", "http://h:8086", "b")
    assert settings.token == ENVIRON["TOKEN"]
    assert "battery" not in repr(settings)


def test_an_influxdb_1_sink() -> None:
    sink = InfluxSink(
        type="influxdb",
        url="http://h:8086",
        version=1,
        database="d",
        user="u",
        password=Secret(env="PW"),
        batch=10,
    )
    (settings,) = influx_settings(sink, "lab", ENVIRON)
    assert (settings.api, settings.database, settings.lines) == ("v1", "d", 10)
    assert (settings.user, settings.password) == ("u", "horse")


def test_several_servers_differ_in_nothing_but_their_address() -> None:
    mqtt = MqttSink(type="mqtt", servers=["a:1883", "[fd00::5]:8883"], prefix="p")
    brokers = mqtt_settings(mqtt, "lab", {})
    assert [(b.host, b.port, b.prefix) for b in brokers] == [
        ("a", 1883, "p"),
        ("fd00::5", 8883, "p"),
    ]
    influx = InfluxSink(type="influxdb", urls=["http://a:8086/", "https://b"], bucket="b")
    assert [(i.url, i.bucket) for i in influx_settings(influx, "lab", {})] == [
        ("http://a:8086", "b"),
        ("https://b", "b"),
    ]


def test_pump_settings() -> None:
    sink = MqttSink(type="mqtt", host="h", start="now", backlog_rate=50)
    assert (pump_settings(sink).start, pump_settings(sink).backlog_rate) == ("now", 50.0)


def test_a_secret_that_is_not_there_is_an_error_when_it_is_needed() -> None:
    sink = MqttSink(type="mqtt", host="h", user="u", password=Secret(env="PW"))
    with pytest.raises(SecretError, match="PW is not set"):
        mqtt_settings(sink, "lab", {})


def test_a_sink_is_asked_again_at_the_latest_after_its_retry_limit() -> None:
    sink = MqttSink.model_validate({"type": "mqtt", "host": "h", "retry_limit": "2s"})
    assert pump_settings(sink).retry_longest == 2.0
