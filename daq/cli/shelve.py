"""`daq shelve`: an alarm is kept quiet for a while, with a reason."""

from pathlib import Path

import click

from daq.cli.operator import act, by_option, json_option, name_argument, reason_option
from daq.cli.options import Duration, config_option
from daq.control.alarms import AlarmRequest


@click.command(epilog='Example: daq shelve chamber.high 2h --why "calibration"')
@name_argument
@click.argument("duration", type=Duration())
@by_option
@reason_option
@config_option
@json_option
def command(
    name: str, duration: float, by: str, why: str, config_path: Path, *, as_json: bool
) -> None:
    """Shelve the alarm NAME for DURATION (30min, 8h; at most 31d).

    It is evaluated and journalled meanwhile, and comes back by itself: unacknowledged, if its
    condition holds then.
    """
    request = AlarmRequest(action="shelved", alarm=name, by=by, reason=why, seconds=duration)
    act(config_path, request, as_json=as_json)
