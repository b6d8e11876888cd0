"""What can be set about delivery: plain values, times in seconds, secrets already resolved."""

import base64
from typing import Literal
from urllib.parse import quote, quote_plus

import msgspec

SECRETS = frozenset({"password", "token"})

SHORTEST = 4
"""Characters of a secret that is looked for in texts; a shorter one is in every word."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all: prints without its secrets."""

    def __repr__(self) -> str:
        fields = msgspec.structs.asdict(self).items()
        shown = (f"{k}={'***' if k in SECRETS and v else repr(v)}" for k, v in fields)
        return f"{type(self).__name__}({', '.join(shown)})"

    def conceal(self, text: str) -> str:
        """The text without our secrets, however written: some servers send back what they got."""
        values = msgspec.structs.asdict(self)
        for secret in (values[key] for key in SECRETS & values.keys() if values[key]):
            for form in _forms(secret, values.get("user")):
                text = text.replace(form, "***")
        return text


def _forms(secret: str, user: str | None) -> tuple[str, ...]:
    pair = f"{user}:{secret}"
    encoded = (base64.b64encode(plain.encode()).decode() for plain in (pair, secret))
    forms = (*encoded, quote(secret, safe=""), quote_plus(secret), secret)
    return tuple(form for form in forms if len(form) >= SHORTEST)


class PumpSettings(Settings, frozen=True, kw_only=True):
    """How entries are moved to one sink.

    Attributes:
        start: where a sink that has no cursor yet begins: at the journal's oldest entry or
            after its newest.
        live_limit: entries one live write carries at most. When more wait, the newest of them
            go first and the older become backlog.
        backlog_batch: entries one write of backlog carries at most.
        backlog_rate: backlog entries per second, on average.
        linger: how long a live write waits for company after an entry has been committed.
        retry_first: the first wait after a failure; it doubles from failure to failure.
        retry_longest: the longest wait after a failure, and the wait when misconfigured.
        connect_timeout: the deadline of a connection attempt.
        write_timeout: the deadline of one write, batch and all.
        stop_timeout: how long the write in flight may go on when the pump is stopped.
        attempts: writes of an entry that fail before it is refused, if others succeed.
    """

    start: Literal["now", "beginning"] = "beginning"
    live_limit: int = 2000
    backlog_batch: int = 500
    backlog_rate: float = 2000.0
    linger: float = 0.0
    retry_first: float = 0.5
    retry_longest: float = 60.0
    connect_timeout: float = 15.0
    write_timeout: float = 60.0
    stop_timeout: float = 1.0
    attempts: int = 5


class FailoverSettings(Settings, frozen=True, kw_only=True):
    """How the addresses of one destination take turns.

    Attributes:
        connect_timeout: the deadline of a connection attempt to one address.
        avoid_first: how long an address is avoided after a failure; doubles from one to the next.
        avoid_longest: how long it is avoided at most.
    """

    connect_timeout: float = 15.0
    avoid_first: float = 30.0
    avoid_longest: float = 600.0


class TlsSettings(Settings, frozen=True, kw_only=True):
    """TLS of at least version 1.2, the peer verified against ``ca_file`` or the system's.

    ``certificate`` and ``key`` are PEM files with which we prove who we are; ``password``
    opens the key. There is no way to verify less.
    """

    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    password: str | None = None


class MqttSettings(Settings, frozen=True, kw_only=True):
    """One broker and how to speak to it.

    Attributes:
        site: the site in the topics of events and status.
        version: ``5`` or ``3.1.1``.
        prefix: the first level or levels of every topic.
        client_id: unique at the broker; empty: ``daq-{site}-{sink name}``.
        keepalive: seconds of silence after which the broker is asked whether it lives.
        clean_start: forget the session the broker may keep from before.
        inflight: messages sent that the broker has not acknowledged yet, at most.
        timeout: seconds without any answer after which the connection counts as dead.
        client: ``direct``, our own thin transport, or ``aiomqtt``.
        retain: keep the newest scan of each topic at the broker.
        home_assistant: the prefix of Home Assistant's discovery; empty: none.
    """

    host: str
    site: str
    port: int = 1883
    version: Literal["5", "3.1.1"] = "5"
    prefix: str = "lab"
    client_id: str = ""
    user: str | None = None
    password: str | None = None
    tls: TlsSettings | None = None
    keepalive: int = 30
    clean_start: bool = True
    inflight: int = 200
    timeout: float = 10.0
    client: Literal["direct", "aiomqtt"] = "direct"
    retain: bool = True
    home_assistant: str = ""


class InfluxSettings(Settings, frozen=True, kw_only=True):
    """One InfluxDB, or what speaks its write API.

    Attributes:
        site: the site in the tags of events.
        url: ``http://host:8086`` or ``https://...``, without the path of the API.
        api: ``v1`` for ``/write?db=``, ``v2`` for ``/api/v2/write`` (InfluxDB 2 and 3).
        database, retention_policy, user, password: of the v1 API.
        org, bucket, token: of the v2 API.
        measurement: the measurement of scans.
        event_measurement: the measurement of events.
        client: ``direct``, our own thin HTTP, or ``influxdb-client`` (v2 only).
        lines: lines in one request, at most.
        timeout: the deadline of one request.
    """

    url: str
    site: str
    api: Literal["v1", "v2"] = "v2"
    database: str = ""
    retention_policy: str = ""
    user: str | None = None
    password: str | None = None
    org: str = ""
    bucket: str = ""
    token: str | None = None
    measurement: str = "scan"
    event_measurement: str = "event"
    gzip: bool = True
    client: Literal["direct", "influxdb-client"] = "direct"
    lines: int = 5000
    timeout: float = 10.0
    tls: TlsSettings | None = None
