"""``[sink.NAME]``: where readings go."""

from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from daq.config.secret import Secret
from daq.config.types import (
    INTEGER,
    Duration,
    FilePath,
    Flag,
    HostPort,
    Table,
    Text,
    Within,
    split_host_port,
)

Port: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=65_535), INTEGER]
Deadline: TypeAlias = Annotated[Duration, Within("100ms", "10min")]
MOST_ADDRESSES = 8


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise ValueError("must not hold a user or password; use user, password or token")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ValueError('must be like "http://host:8086"')
    return url.rstrip("/")


def _distinct(addresses: list[str]) -> list[str]:
    if len(set(addresses)) < len(addresses):
        raise ValueError("must name each address once")
    return addresses


Origin: TypeAlias = Annotated[str, AfterValidator(_origin)]
Several = Field(min_length=1, max_length=MOST_ADDRESSES)


class TlsConfig(Table, frozen=True):
    """TLS of at least version 1.2; the other end is always verified."""

    ca: FilePath | None = Field(
        default=None, description="PEM file of the authority to trust; the system's when left out"
    )
    certificate: FilePath | None = Field(default=None, description="PEM file of our certificate")
    key: FilePath | None = Field(default=None, description="PEM file of our private key")
    key_password: Secret | None = Field(default=None, description="opens the private key")

    @model_validator(mode="after")
    def _complete(self) -> "TlsConfig":
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        return self


class AnySink(Table, frozen=True):
    """What all sinks have in common."""

    start: Literal["now", "beginning"] = Field(
        default="beginning", description="where a sink that is new begins in the journal"
    )
    backlog_rate: Annotated[int, Field(strict=True, ge=1, le=1_000_000), INTEGER] = Field(
        default=2000, description="entries per second of backlog after an outage, beside live data"
    )
    retry_limit: Annotated[Duration, Within("1s", "1d")] = Field(
        default=60.0, description="longest wait between two attempts to reach what is away"
    )
    user: Text | None = Field(default=None, description="user name")
    password: Secret | None = Field(default=None, description="password of the user")
    tls: TlsConfig | None = Field(
        default=None, description="TLS; `tls = {}` uses the system's authorities"
    )
    timeout: Deadline = Field(
        default=10.0, description="time without an answer after which the connection counts as dead"
    )

    @model_validator(mode="after")
    def _user_of_password(self) -> "AnySink":
        if self.password is not None and self.user is None:
            raise ValueError("password is set, but user is missing")
        return self


class MqttSink(AnySink, frozen=True):
    """An MQTT broker."""

    type: Literal["mqtt"] = Field(description="this kind of sink")
    host: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        default=None, description="name or address of the broker"
    )
    port: Port | None = Field(
        default=None, description="port of the broker; 1883, or 8883 with tls"
    )
    servers: Annotated[list[HostPort], Several, AfterValidator(_distinct)] | None = Field(
        default=None,
        description='instead of host and port: several brokers, ["a:1883", "b:1883"], of which '
        "the first that answers is used",
    )
    prefix: str = Field(default="lab", description="first level or levels of every topic")
    protocol: Literal["5", "3.1.1"] = Field(default="5", description="version of MQTT")
    client_id: Annotated[str, Field(max_length=128)] = Field(
        default="", description="client id; daq-SITE-SINK when left out"
    )
    keepalive: Annotated[Duration, Within("5s", "1h")] = Field(
        default=30.0, description="silence after which the broker is asked whether it lives"
    )
    inflight: Annotated[int, Field(strict=True, ge=1, le=65_535), INTEGER] = Field(
        default=200, description="messages the broker has not yet acknowledged, at most"
    )
    retain: Flag = Field(
        default=True,
        description="keep the newest scan of each topic at the broker",
    )
    home_assistant: str | None = Field(
        default=None,
        description="announce every channel to Home Assistant: the prefix of its MQTT discovery, "
        '"homeassistant"; not when left out',
    )
    client: Literal["direct", "aiomqtt"] = Field(
        default="direct",
        description="who speaks MQTT: the daemon itself, or the library (slower)",
    )

    @field_validator("host")
    @classmethod
    def _only_a_host(cls, host: str | None) -> str | None:
        if set(host or "") & set("/@ "):
            raise ValueError("must be a host name or address alone, without scheme or user")
        return host

    @field_validator("prefix", "home_assistant")
    @classmethod
    def _a_topic(cls, prefix: str | None) -> str | None:
        if prefix is None:
            return None
        if not prefix or set(prefix) & set("+#\0$ ") or "" in prefix.split("/"):
            raise ValueError("must be topic levels such as lab or plant/lab, without + # $")
        return prefix

    @model_validator(mode="after")
    def _host_or_servers(self) -> "MqttSink":
        if (self.host is None) == (self.servers is None):
            raise ValueError("needs exactly one of host and servers")
        if self.servers is not None and self.port is not None:
            raise ValueError("port belongs to host; each of servers has its own")
        return self

    @model_validator(mode="after")
    def _retained_for_home_assistant(self) -> "MqttSink":
        if self.home_assistant is not None and not self.retain:
            raise ValueError("home_assistant needs retain = true: it has no value before the next")
        return self

    @property
    def brokers(self) -> tuple[tuple[str, int], ...]:
        """Host and port of each broker, the preferred one first."""
        if self.servers is not None:
            return tuple(split_host_port(server) for server in self.servers)
        return ((self.host or "", self.port or (1883 if self.tls is None else 8883)),)


class InfluxSink(AnySink, frozen=True):
    """InfluxDB 1, 2 or 3, or a database that takes the same requests (VictoriaMetrics)."""

    type: Literal["influxdb"] = Field(description="this kind of sink")
    url: Origin | None = Field(
        default=None, description='"http://host:8086" or "https://...", without a path'
    )
    urls: Annotated[list[Origin], Several, AfterValidator(_distinct)] | None = Field(
        default=None,
        description="instead of url: several servers, of which the first that answers is used",
    )
    version: Literal[1, 2, 3] = Field(
        default=2, description="1: database, user, password; 2 and 3: org, bucket, token"
    )
    org: Text = Field(default="", description="organisation (version 2)")
    bucket: Text = Field(default="", description="bucket (version 2), database (version 3)")
    token: Secret | None = Field(default=None, description="token (versions 2 and 3)")
    database: Text = Field(default="", description="database (version 1)")
    retention_policy: Text = Field(default="", description="retention policy (version 1)")
    measurement: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        default="scan", description="measurement of the scans"
    )
    event_measurement: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        default="event", description="measurement of the events"
    )
    gzip: Flag = Field(default=True, description="compress requests")
    client: Literal["direct", "influxdb-client"] = Field(
        default="direct",
        description="who speaks HTTP: the daemon itself, or the library (versions 2 and 3; slower)",
    )
    batch: Annotated[int, Field(strict=True, ge=1, le=100_000), INTEGER] = Field(
        default=5000, description="lines in one request, at most"
    )

    @model_validator(mode="after")
    def _url_or_urls(self) -> "InfluxSink":
        if (self.url is None) == (self.urls is None):
            raise ValueError("needs exactly one of url and urls")
        if self.tls is not None and any(url.startswith("http:") for url in self.addresses):
            raise ValueError("tls is set, but url begins with http:")
        return self

    @model_validator(mode="after")
    def _keys_of_the_version(self) -> "InfluxSink":
        one, two = ("database", "retention_policy", "user", "password"), ("org", "bucket", "token")
        needed, foreign = ("database", two) if self.version == 1 else ("bucket", one)
        if not getattr(self, needed):
            raise ValueError(f"version {self.version} needs {needed}")
        if wrong := [key for key in foreign if getattr(self, key)]:
            raise ValueError(f"version {self.version} has no {', '.join(wrong)}")
        if self.version == 1 and self.client == "influxdb-client":
            raise ValueError("version 1 cannot be written by influxdb-client; leave client out")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """The URL of each server, the preferred one first."""
        return (self.url,) if self.url is not None else tuple(self.urls or ())


SinkConfig: TypeAlias = Annotated[MqttSink | InfluxSink, Field(discriminator="type")]
"""The ``type`` says which."""
