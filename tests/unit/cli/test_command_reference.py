"""The page of commands is made from the commands."""

import click
from click.testing import CliRunner

from daq.__main__ import cli
from daq.cli import drivers
from daq.cli.reference import PAGE, reference_text


def test_the_page_of_commands_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == reference_text(), "run `make schema`"


def test_the_page_does_not_depend_on_who_asked_for_help_before() -> None:
    """click keeps a help option in its command, with the names the first caller had for it."""
    text = reference_text()
    by_itself = CliRunner().invoke(drivers.command, ["list", "--help"])
    assert "--help" in by_itself.stdout
    assert reference_text() == text
    assert "--help" not in text


def test_every_command_has_help_and_an_example() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        for each in _with_subcommands(command):
            assert each.help, each.name
            assert (each.epilog or "").startswith("Example: daq "), each.name


def _with_subcommands(command: click.Command) -> list[click.Command]:
    inner = list(command.commands.values()) if isinstance(command, click.Group) else []
    return [command, *inner]
