"""`daq completion`: what makes a shell complete the commands of this program."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")

VARIABLE = "_DAQ_COMPLETE"
"""Where a shell asks; click looks for it under the program's name."""


@click.command(
    epilog="Example: daq completion bash > ~/.local/share/bash-completion/completions/daq"
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    r"""Print what makes SHELL complete commands, options, files, and names of the configuration.

    \b
    bash: daq completion bash > ~/.local/share/bash-completion/completions/daq
    zsh:  daq completion zsh > ~/.zfunc/_daq    (a folder of your fpath, before compinit)
    fish: daq completion fish > ~/.config/fish/completions/daq.fish

    Or for this shell alone, bash and zsh: eval "$(daq completion bash)". Names of instruments,
    buses and sinks are those of the file given with -c before them, or of DAQ_CONFIG.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has the three
    click.echo(kind(ctx.find_root().command, {}, "daq", VARIABLE).source())
