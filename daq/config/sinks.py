"""From the sinks of a configuration to the settings delivery takes. Here secrets are read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from daq.config.secret import Secret
from daq.config.sink import AnySink, InfluxSink, MqttSink, TlsConfig
from daq.deliver.settings import InfluxSettings, MqttSettings, PumpSettings, TlsSettings

Environ: TypeAlias = Mapping[str, str]


def pump_settings(sink: AnySink) -> PumpSettings:
    """How entries are moved to this sink."""
    return PumpSettings(
        start=sink.start,
        backlog_rate=float(sink.backlog_rate),
        retry_longest=sink.retry_limit,
    )


def mqtt_settings(
    sink: MqttSink, site: str, environ: Environ = os.environ
) -> tuple[MqttSettings, ...]:
    """The brokers of a sink, the preferred one first; they differ in host and port.

    Raises:
        SecretError: a secret cannot be read.
    """
    password, tls = _secret(sink.password, environ), _tls(sink.tls, environ)
    return tuple(
        MqttSettings(
            site=site,
            host=host,
            port=port,
            version=sink.protocol,
            prefix=sink.prefix,
            client_id=sink.client_id,
            user=sink.user,
            password=password,
            tls=tls,
            keepalive=round(sink.keepalive),
            inflight=sink.inflight,
            timeout=sink.timeout,
            retain=sink.retain,
            home_assistant=sink.home_assistant or "",
            client=sink.client,
        )
        for host, port in sink.brokers
    )


def influx_settings(
    sink: InfluxSink, site: str, environ: Environ = os.environ
) -> tuple[InfluxSettings, ...]:
    """The databases of a sink, the preferred one first; they differ in their URL.

    Raises:
        SecretError: a secret cannot be read.
    """
    password, token = _secret(sink.password, environ), _secret(sink.token, environ)
    tls = _tls(sink.tls, environ)
    return tuple(
        InfluxSettings(
            site=site,
            url=url,
            api="v1" if sink.version == 1 else "v2",
            database=sink.database,
            retention_policy=sink.retention_policy,
            user=sink.user,
            password=password,
            org=sink.org,
            bucket=sink.bucket,
            token=token,
            measurement=sink.measurement,
            event_measurement=sink.event_measurement,
            gzip=sink.gzip,
            client=sink.client,
            lines=sink.batch,
            timeout=sink.timeout,
            tls=tls,
        )
        for url in sink.addresses
    )


def _tls(tls: TlsConfig | None, environ: Environ) -> TlsSettings | None:
    if tls is None:
        return None
    return TlsSettings(
        ca_file=_path(tls.ca),
        certificate=_path(tls.certificate),
        key=_path(tls.key),
        password=_secret(tls.key_password, environ),
    )


def _path(path: Path | None) -> str:
    return "" if path is None else str(path)


def _secret(secret: Secret | None, environ: Environ) -> str | None:
    return None if secret is None else secret.resolve(environ)
