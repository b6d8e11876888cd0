"""Mosquitto, the MQTT broker, for tests."""

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.servers.certificates import Certificates
from tests.servers.process import Server, find_program, run_program


class Mosquitto(Server):
    """A broker in memory. ``acl`` are lines of its access list, ``users`` names and passwords.

    With ``certificates`` it speaks TLS only; with ``client_certificates`` it demands one, too.
    """

    program = "mosquitto"
    package = "mosquitto"
    no_users: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        folder: Path,
        *,
        acl: Sequence[str] = (),
        users: Mapping[str, str] = no_users,
        certificates: Certificates | None = None,
        client_certificates: bool = False,
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(folder)
        self.acl = acl
        self.users = users
        self.certificates = certificates
        self.client_certificates = client_certificates
        self.options = options

    def command(self, program: str) -> Sequence[str]:
        path = self.folder / "mosquitto.conf"
        lines = [*self._general(), *self._access(), *self._tls(), *self.options]
        path.write_text("\n".join(lines) + "\n")
        return [program, "-c", str(path)]

    def _general(self) -> list[str]:
        return [
            f"listener {self.port} 127.0.0.1",
            f"user {getpass.getuser()}",  # as root it would become a user who may not read here
            "persistence false",
            "log_dest stderr",
            "max_queued_messages 1000000",  # 0, no limit, makes 2.0.11 cut off who is denied
            f"allow_anonymous {'false' if self.users else 'true'}",
        ]

    def _access(self) -> list[str]:
        lines: list[str] = []
        if self.acl:
            path = self.folder / "acl"
            path.write_text("\n".join(self.acl) + "\n")
            path.chmod(0o600)
            lines.append(f"acl_file {path}")
        if self.users:
            lines.append(f"password_file {self._password_file()}")
        return lines

    def _password_file(self) -> Path:
        path = self.folder / "passwords"
        path.touch(mode=0o600)
        tool = find_program("mosquitto_passwd", self.package)
        for user, password in self.users.items():
            run_program([tool, "-b", str(path), user, password])
        return path

    def _tls(self) -> list[str]:
        if self.certificates is None:
            return []
        server = self.certificates.server
        return [
            f"cafile {self.certificates.authority}",
            f"certfile {server.certificate}",
            f"keyfile {server.key}",
            f"require_certificate {'true' if self.client_certificates else 'false'}",
        ]
