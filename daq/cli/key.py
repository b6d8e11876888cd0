"""`daq key`: the station's key, which signs checkpoints."""

import os
from pathlib import Path

import click

from daq.cli.chaining.inputs import LONGEST_KEY, installed, text_of
from daq.cli.options import json_option, print_json
from daq.errors import DaqError
from daq.journal.chain.checkpoint import fingerprint

_PRIVATE = 0o600
_PUBLIC = 0o644

file_argument = click.argument("file", type=click.Path(path_type=Path))


class KeyExistsError(DaqError):
    """There is a file already where a key is to be written."""

    advice = "a key that has signed is never overwritten: give another name for a new one"


@click.group(epilog="Example: daq key create /etc/daq/station.key")
def command() -> None:
    """Make or show the key that signs checkpoints."""


@command.command("create", epilog="Example: daq key create /etc/daq/station.key")
@file_argument
def create(file: Path) -> None:
    """Make a new Ed25519 key: FILE for the daemon alone, FILE.pub for whoever verifies.

    Nothing that exists is overwritten. Name it in [journal] signing_key, and give FILE.pub, or
    at least its fingerprint, to somebody who does not look after this computer.
    """
    with installed():
        from daq.journal.chain.keys import SigningKey, new_key  # noqa: PLC0415 - 30 ms

    public = file.with_name(file.name + ".pub")
    if public.exists():
        raise KeyExistsError(f"{public}: exists")
    pem = new_key()
    key = SigningKey(pem, str(file))
    _write(file, pem, _PRIVATE)
    _write(public, key.public_pem, _PUBLIC)
    click.echo(f"{file}: the private key, for the daemon's user alone (mode 0600)")
    click.echo(f"{public}: the public key")
    click.echo(f"fingerprint: {fingerprint(key.public)}")


@command.command("show", epilog="Example: daq key show /etc/daq/station.key")
@file_argument
@json_option
def show(file: Path, *, as_json: bool) -> None:
    """Show the public key and the fingerprint of FILE, a private key or a public one."""
    with installed():
        from daq.journal.chain.keys import pem_of, public_of  # noqa: PLC0415 - 30 ms

    public = public_of(text_of(file, LONGEST_KEY), str(file))
    if as_json:
        print_json({"fingerprint": fingerprint(public), "public_key": pem_of(public)})
        return
    click.echo(pem_of(public), nl=False)
    click.echo(f"fingerprint: {fingerprint(public)}")


def _write(file: Path, content: str, mode: int) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(content)
    except FileExistsError as error:
        raise KeyExistsError(f"{file}: exists") from error
    except OSError as error:
        raise KeyExistsError(f"{file}: {error.strerror}") from error
