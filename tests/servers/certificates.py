"""A certificate authority of its own for each test run, made with openssl."""

from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import find_program, run_program

DAYS = "2"
HERE = "subjectAltName=IP:127.0.0.1,DNS:localhost"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, both PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority, a server certificate for 127.0.0.1 and localhost, a client certificate.

    And three of servers that nobody should trust: self-signed, for another host, expired.
    """

    authority: Path
    server: Pair
    client: Pair
    self_signed: Pair
    other_host: Pair
    expired: Pair


def make_certificates(folder: Path) -> Certificates:
    """Make all of them in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = _self_signed(folder, "ca", "basicConstraints=critical,CA:TRUE")
    return Certificates(
        authority.certificate,
        _signed(folder, authority, "server", HERE),
        _signed(folder, authority, "client", "extendedKeyUsage=clientAuth"),
        _self_signed(folder, "self-signed", HERE),
        _signed(folder, authority, "other", "subjectAltName=DNS:other.example"),
        _signed(folder, authority, "expired", HERE, days="-1"),
    )


def with_password(pair: Pair, key: Path, password: str) -> Path:
    """The private key of a pair in a file that a password opens."""
    _openssl(
        *("ec", "-in", str(pair.key), "-aes256", "-passout", f"pass:{password}", "-out", str(key))
    )
    return key


def _self_signed(folder: Path, name: str, extension: str) -> Pair:
    pair = Pair(folder / f"{name}.crt", folder / f"{name}.key")
    _openssl(
        *("req", "-x509", "-nodes", "-subj", f"/CN=lab-daq test {name}", "-days", DAYS),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", extension),
        *("-keyout", str(pair.key), "-out", str(pair.certificate)),
    )
    return pair


def _signed(folder: Path, authority: Pair, name: str, extension: str, days: str = DAYS) -> Pair:
    pair = Pair(folder / f"{name}.crt", folder / f"{name}.key")
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text(extension + "\n")
    _openssl(
        *("req", "-nodes", "-subj", f"/CN={name}"),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-keyout", str(pair.key), "-out", str(request)),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-days", days, "-extfile", str(extensions)),
        *("-CA", str(authority.certificate), "-CAkey", str(authority.key), "-CAcreateserial"),
        *("-out", str(pair.certificate)),
    )
    return pair


def _openssl(*arguments: str) -> None:
    run_program([find_program("openssl", "openssl"), *arguments])
