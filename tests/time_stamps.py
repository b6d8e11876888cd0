"""A time-stamping authority on loopback: `openssl ts` behind HTTP."""

import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_SETTINGS = """
[ req ]
distinguished_name = name
prompt = no
x509_extensions = authority
[ name ]
CN = time authority of a test
[ authority ]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[ stamper ]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/stamper.pem
signer_key = {folder}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *words: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        ["openssl", *words], cwd=folder, input=given, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def make_authority(folder: Path) -> None:
    """``authority.pem`` is what to trust; it vouches for ``stamper.pem``."""
    (folder / "tsa.cnf").write_text(_SETTINGS.format(folder=folder))
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "tsa.cnf")
    openssl(
        folder, "req", "-x509", *new, "-keyout", "authority.key", "-out", "authority.pem",
        "-days", "3650",
    )  # fmt: skip
    openssl(folder, "req", *new, "-subj", "/CN=stamper", "-keyout", "stamper.key", "-out", "s.csr")
    openssl(
        folder, "x509", "-req", "-in", "s.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
        "-CAcreateserial", "-extfile", "tsa.cnf", "-extensions", "stamper", "-days", "3650",
        "-out", "stamper.pem",
    )  # fmt: skip
    (folder / "serial").write_text("01\n")


class _Server(ThreadingHTTPServer):
    folder: Path
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - it is ours

    def do_POST(self) -> None:
        self.server.asked += 1
        size = int(self.headers["Content-Length"])
        folder = self.server.folder
        query = folder / f"query-{self.server.asked}.tsq"
        query.write_bytes(self.rfile.read(size))
        answer = openssl(folder, "ts", "-reply", "-queryfile", query.name, "-config", "tsa.cnf")
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def authority(folder: Path, port: int = 0) -> Generator[_Server]:
    """The authority made in ``folder``, while it runs; ``server_port`` is its port."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        server.folder = folder
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="authority")
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
