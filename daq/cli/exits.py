"""Exit codes, and the one place where an expected error becomes a sentence on standard error."""

import sys

import click

from daq.errors import DaqError
from drivers.errors import ProfileError

FAILED = 1
USAGE = 2
BAD_CONFIGURATION = 3
NO_ANSWER = 4


def guarded(command: click.Command) -> int:
    """Run a click command; its exit code. Expected errors are printed without a traceback."""
    try:
        result: object = command.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except (DaqError, ProfileError) as error:
        return _say(error)
    except ExceptionGroup as group:
        # A TaskGroup wraps what one of its tasks raised.
        return _say(_only_expected(group))
    except BrokenPipeError:
        # The reader of our output left (`daq tail | head`); Python would complain at exit.
        sys.stderr.close()
        return 0
    return result if isinstance(result, int) else 0


def _say(error: DaqError | ProfileError) -> int:
    click.echo(f"daq: {error}", err=True)
    return error.exit_code if isinstance(error, DaqError) else BAD_CONFIGURATION


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
