"""Files the configuration names: whether they are there, and who can read them."""

import os
from collections.abc import Iterator
from pathlib import Path

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.secret import secrets_in


def check_files(parts: Parts) -> Iterator[Finding]:
    """Warn about files; a configuration may be checked on another machine than it runs on."""
    for name, sink in parts.sinks.items():
        for path, secret in secrets_in(sink, ("sink", name)):
            if remark := secret.remark():
                yield Finding(path, remark, warning=True)
        for key in ("ca", "certificate", "key"):
            yield from _unreadable(("sink", name, "tls", key), getattr(sink.tls, key, None))
    if parts.web is not None:
        for path, secret in secrets_in(parts.web, ("web",)):
            if remark := secret.remark():
                yield Finding(path, remark, warning=True)
        for key in ("certificate", "key"):
            yield from _unreadable(("web", "tls", key), getattr(parts.web.tls, key, None))


def _unreadable(key: tuple[str, ...], file: Path | None) -> Iterator[Finding]:
    if file is not None and not os.access(file, os.R_OK):
        yield Finding(key, f"{file} cannot be read", warning=True)
