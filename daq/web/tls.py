"""TLS as a server: at least version 1.2."""

import ssl

from daq.config.web import WebTls
from daq.web.errors import WebError
from drivers.files import read_bounded

LARGEST = 1024 * 1024
"""Bytes of a file of certificates."""


def server_context(tls: WebTls) -> ssl.SSLContext:
    """The context for these files.

    Raises:
        WebError: a file is missing or is not what it should be.
        SecretError: the password of the key cannot be read.
    """
    password = "" if tls.key_password is None else tls.key_password.resolve()
    try:
        for file in (tls.certificate, tls.key):
            read_bounded(file, LARGEST)  # OpenSSL reads a device or a pipe for ever
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        # A password that is empty instead of None: never ask on the terminal.
        context.load_cert_chain(tls.certificate, tls.key, password)
    except (OSError, ValueError) as error:
        raise WebError(
            f"[web.tls] {tls.certificate}, {tls.key}: cannot be used: {error}"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
