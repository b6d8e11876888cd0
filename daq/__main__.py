"""The ``daq`` command: one module per subcommand in ``daq.cli``, loaded when it is called."""

import sys
from importlib import import_module

import click

from daq import __version__
from daq.cli.exits import guarded

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
    "journal": "Examine the journal.",
    "export": "Write readings of the journal to CSV, Parquet or JSON lines.",
    "record": "Record the raw traffic of a bus into a file.",
    "drivers": "List, show and check instrument profiles.",
    "sim": "Run simulated instruments from a file.",
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
    sys.exit(guarded(cli))


if __name__ == "__main__":
    main()
