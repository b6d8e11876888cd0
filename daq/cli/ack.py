"""`daq ack`: somebody has seen an alarm and takes charge."""

from pathlib import Path

import click

from daq.cli.operator import act, by_option, json_option, name_argument, why_option
from daq.cli.options import config_option
from daq.control.alarms import AlarmRequest


@click.command(epilog='Example: daq ack chamber.high --by Li --why "door was open"')
@name_argument
@by_option
@why_option
@config_option
@json_option
def command(name: str, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """Acknowledge the alarm NAME; the daemon journals who did, when and why.

    Exit code 1 when there is no such alarm or it has been acknowledged, 4 when no daemon answers.
    """
    request = AlarmRequest(action="acknowledged", alarm=name, by=by, reason=why)
    act(config_path, request, as_json=as_json)
