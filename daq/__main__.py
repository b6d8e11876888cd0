"""The ``daq`` command: one module per subcommand in ``daq.cli``, loaded when it is called."""

import sys
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper

import click
from click.shell_completion import CompletionItem

from daq import __version__
from daq.cli.exits import guarded, invoke_until_unread

COMMANDS = {
    "run": "Run the daemon.",
    "check": "Check a configuration and print the plan of its buses.",
    "demo": "Show a simulated laboratory, live in the terminal.",
    "scan": "List serial ports, or find out what is on a line.",
    "read": "Read one instrument once, straight from the device.",
    "tail": "Follow the journal: scans and events as they are committed.",
    "reload": "Make the running daemon take its changed configuration.",
    "status": "Show what the running daemon does.",
    "web": "Serve the page people look at.",
    "quarantine": "List what sinks refused, deliver it again, or give it up.",
    "alarms": "List alarms, or try the rules on what was recorded.",
    "ack": "Acknowledge an alarm.",
    "shelve": "Keep an alarm quiet for a while.",
    "unshelve": "End the shelf of an alarm.",
    "usage": "Show what instruments did in a month, and what it cost.",
    "incident": "Handle an emergency: check list, notes, close, report.",
    "runs": "Start, mark, pause and stop runs; list and show them.",
    "series": "Measure samples one after the other in a run, and judge them.",
    "notify": "List who is told of alarms, or send a test message.",
    "journal": "Examine the journal.",
    "verify": "Prove the journal complete and unaltered, or name what is not.",
    "checkpoint": "Vouch for the journal now, or list what was vouched for.",
    "key": "Make or show the key that signs checkpoints.",
    "calibration": "List certificates and when they are due, import a DCC, evaluate anew.",
    "evidence": "Make an evidence pack of a run or a period, or work out its numbers again.",
    "archive": "Add days that are over to an archive: signed Parquet.",
    "export": "Write readings of the journal to CSV, Parquet or JSON lines.",
    "record": "Record the raw traffic of a bus into a file.",
    "drivers": "List, show and check instrument profiles.",
    "sim": "Run simulated instruments from a file.",
    "completion": "Make a shell complete commands, files and names.",
    "schema": "Write the JSON schema of the configuration.",
    "install-service": "Make a systemd service of the daemon.",
    "uninstall-service": "Take the systemd service away; the readings stay.",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is run: ``daq --help`` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand, in the order a newcomer meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported now; None when there is no such command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"daq.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)  # noqa: S101 - each module has one
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand and its arguments, or which one was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, 3, 0.5)
            meant = f"did you mean {' or '.join(near)}?" if near else "`daq -h` lists them."
            ctx.fail(f"No such command {args[0]!r}; {meant}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Subcommands from the table above: at every press of TAB nothing is imported."""
        found = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; done when nobody reads on (``daq tail | head``)."""
        return invoke_until_unread(self, ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List subcommands from the table above, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="daq")
def cli() -> None:
    """Read laboratory instruments, keep every reading, deliver it to MQTT and InfluxDB.

    Begin with `daq demo`, then copy config/example.toml and try `daq check`.

    Exit codes: 0 done; 1 failed, or a check found something wrong; 2 wrong usage;
    3 the configuration is wrong; 4 the daemon or the instrument does not answer.
    """


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What an old locale has no character for (a degree sign) ends no command.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(guarded(cli))


if __name__ == "__main__":
    main()
