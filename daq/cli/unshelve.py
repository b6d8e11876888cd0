"""`daq unshelve`: an alarm is heard again before its shelf ends."""

from pathlib import Path

import click

from daq.cli.operator import act, by_option, json_option, name_argument, why_option
from daq.cli.options import config_option
from daq.control.alarms import AlarmRequest


@click.command(epilog="Example: daq unshelve chamber.high")
@name_argument
@by_option
@why_option
@config_option
@json_option
def command(name: str, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """End the shelf of the alarm NAME; unacknowledged, if its condition holds."""
    request = AlarmRequest(action="unshelved", alarm=name, by=by, reason=why)
    act(config_path, request, as_json=as_json)
