"""Writes docs/reference/commands.md from the commands: ``python -m daq.cli.reference``."""

from collections.abc import Iterator
from pathlib import Path

import click

from daq.__main__ import cli

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
WIDTH = 90

HEAD = """\
# Commands

Made from the commands by `make schema`; do not edit. For whoever types or scripts them.

Every command prints help with `-h`. Exit codes: 0 done; 1 failed, or a check found something
wrong; 2 wrong usage; 3 the configuration or a profile is wrong; 4 the daemon or an instrument
does not answer; 130 ended with Ctrl-C. A command whose reader leaves (`daq tail | head`) ends
with 0. [terminal.md](terminal.md) says what is shown in windows and pipes.
"""


def reference_text() -> str:
    """The page as Markdown, the same for the same code."""
    return HEAD + "".join(_sections(cli, "daq"))


def _sections(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(
        command,
        info_name=path,
        max_content_width=WIDTH,
        terminal_width=WIDTH,
        # Without the help option: click keeps it as the first caller of the process had it, so the
        # page would depend on what ran before; and its head says it once for all.
        help_option_names=[],
    )
    yield f"\n## {path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _sections(inner, f"{path} {name}")


if __name__ == "__main__":
    PAGE.write_text(reference_text(), "utf-8")
