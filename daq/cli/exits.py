"""Exit codes, and the one place where an expected error becomes a sentence on standard error."""

import errno
import os
import select
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from daq.errors import DaqError
from drivers.errors import ProfileError

FAILED = 1
USAGE = 2
BAD_CONFIGURATION = 3
NO_ANSWER = 4
INTERRUPTED = 130

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def guarded(command: click.Command, words: Sequence[str] | None = None) -> int:
    """Run a click command; its exit code. Expected errors are printed without a traceback.

    ``words`` are those of the command line, without the name of the program.
    """
    try:
        result: object = command.main(words, prog_name="daq", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except (DaqError, ProfileError) as error:
        return _say(error)
    except ExceptionGroup as group:
        # A TaskGroup wraps what one of its tasks raised.
        return _say(_only_expected(group))
    except OSError as error:
        return _unwritten(error)
    return result if isinstance(result, int) else 0


def invoke_until_unread(command: click.Group, ctx: click.Context) -> object:
    """Run what ``ctx`` asks for; done when the reader of the output leaves (``| head``)."""
    try:
        return click.Group.invoke(command, ctx)
    except BrokenPipeError as error:
        # Before click sees it, to which it is a failure.
        raise click.exceptions.Exit(_unwritten(error)) from error


def _unwritten(error: OSError) -> int:
    """The end of a command whose output nobody takes; any other error is raised as it is."""
    if error.errno == errno.EPIPE or isinstance(error, BrokenPipeError):
        if not any(map(unread, (sys.stdout, sys.stderr))):
            raise error
        _forget_output()
        return 0
    if error.errno not in _NO_ROOM:
        raise error
    _forget_output()
    where = f"{error.filename}: " if error.filename else ""
    text = f"daq: {where}the output cannot be written: {error.strerror}; make room, or write it"
    click.echo(f"{text} elsewhere", err=True)
    return FAILED


def unread(stream: TextIO) -> bool:
    """Whether nobody is left at the other end of a pipe: known before anything is written."""
    watch = select.poll()
    watch.register(stream.fileno(), 0)
    return any(event & select.POLLERR for _, event in watch.poll(0))


def _forget_output() -> None:
    """Send what is still buffered nowhere, or Python would complain about it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _say(error: DaqError | ProfileError) -> int:
    click.echo(f"daq: {error}", err=True)
    if isinstance(error, DaqError):
        if error.advice:
            click.echo(f"daq: {error.advice}", err=True)
        return error.exit_code
    return BAD_CONFIGURATION


def _only_expected(group: ExceptionGroup[Exception]) -> DaqError:
    """The expected error in a group; anything unexpected in it is raised as it is."""
    expected, unexpected = group.split(DaqError)
    if unexpected is not None or expected is None:
        raise group
    error: Exception = expected
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, DaqError)  # noqa: S101 - split by that class
    return error
