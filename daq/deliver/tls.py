"""TLS as a client: verified, at least version 1.2."""

import ssl
from pathlib import Path

from daq.deliver.settings import TlsSettings
from daq.deliver.sink import SinkMisconfiguredError
from drivers.files import read_bounded

LARGEST = 1024 * 1024
"""Bytes of a file of certificates; all authorities of the world have 0.2 MB."""


def make_context(tls: TlsSettings) -> ssl.SSLContext:
    """The context for these settings. Reads files: call it in a thread.

    Raises:
        SinkMisconfiguredError: a file is missing or is not what it should be.
    """
    files = tuple(filter(None, (tls.ca_file, tls.certificate, tls.key)))
    try:
        for file in files:
            read_bounded(Path(file), LARGEST)  # OpenSSL reads a device or a pipe for ever
        context = ssl.create_default_context(cafile=tls.ca_file or None)
        if tls.certificate:
            password = tls.password or ""  # "" instead of None: never ask on the terminal
            context.load_cert_chain(tls.certificate, tls.key or None, password)
    except (OSError, ValueError) as error:
        named = ", ".join(files)
        raise SinkMisconfiguredError(f"TLS files cannot be used ({named}): {error}") from error
    context.sslsocket_class = _ClosedOnFailure
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _ClosedOnFailure(ssl.SSLSocket):
    """A blocking TLS socket that does not stay open when its handshake fails (paho forgets it)."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as inherited
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise
