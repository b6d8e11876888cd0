"""Secrets that would go over the network for everybody to read."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.sink import InfluxSink, MqttSink, SinkConfig


def check_clear(parts: Parts) -> Iterator[Finding]:
    """Warn about passwords and tokens without TLS, unless they stay on this machine."""
    for name, sink in parts.sinks.items():
        key = "token" if isinstance(sink, InfluxSink) and sink.token else "password"
        if getattr(sink, key) is not None and any(map(_is_elsewhere, _clear_hosts(sink))):
            yield Finding(
                ("sink", name, key),
                "goes over the network for everybody to read",
                'begin the url with "https:"' if isinstance(sink, InfluxSink) else "set tls",
                warning=True,
            )


def _clear_hosts(sink: SinkConfig) -> list[str]:
    """The hosts that are spoken to without TLS."""
    if isinstance(sink, InfluxSink):
        parts = [urlsplit(url) for url in sink.addresses]
        return [part.hostname or "" for part in parts if part.scheme == "http"]
    assert isinstance(sink, MqttSink)  # noqa: S101 - there are two kinds
    return [] if sink.tls is not None else [host for host, _ in sink.brokers]


def _is_elsewhere(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
