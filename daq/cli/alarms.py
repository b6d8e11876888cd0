"""`daq alarms`: the alarms of the running daemon, and the rules tried on the journal."""

from collections.abc import Iterable
from pathlib import Path

import click

from daq.alarms.board import RANK, Change
from daq.alarms.desk import Desk
from daq.alarms.flooding import Flooded
from daq.alarms.record import Told, event_of
from daq.alarms.replay import replay
from daq.build.alarms import build_rules
from daq.cli.alarm_figures import figures
from daq.cli.alarm_reference import command as reference
from daq.cli.configuration import configured
from daq.cli.operator import act, by_option, name_argument, reason_option, why_option
from daq.cli.options import Moment, config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.config.whereabouts import find_socket
from daq.control.alarms import AlarmRequest, AlarmStatus, ask_alarms
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339

COLUMNS = ("priority", "alarm", "state", "since", "what", "title")
OURS = {"unacknowledged": 0, "returned unacknowledged": 1, "acknowledged": 2}
COLOURS = {
    "critical": "bold red",
    "high": "red",
    "unacknowledged": "bold red",
    "acknowledged": "yellow",
    "returned unacknowledged": "yellow",
}


@click.group(epilog="Example: daq alarms list --all")
def command() -> None:
    """List alarms, comment on one, take one out of service, or try the rules on the past."""


command.add_command(figures)


@command.command("list", epilog="Example: daq alarms list")
@click.option("--all", "everything", is_flag=True, help="Also those that are normal.")
@config_option
@json_option
def list_alarms(config_path: Path, *, everything: bool, as_json: bool) -> None:
    """Show what the running daemon's alarms are like, the most urgent first."""
    alarms = sorted(ask_alarms(find_socket(config_path)), key=_urgency)
    shown = [alarm for alarm in alarms if everything or alarm.state != "normal"]
    if as_json:
        print_json(shown)
        return
    if not shown:
        out().print(f"{len(alarms)} alarms, all normal" if alarms else "no alarms are configured")
    print_table(COLUMNS, map(_row, shown), drop=("title", "since"), colours=COLOURS)


@command.command("test", epilog="Example: daq alarms test --from -24h")
@click.option("--from", "start", type=Moment(), help="Begin: 2026-11-23T08:00, -24h, today.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@config_option
@json_option
def test(config_path: Path, *, as_json: bool, start: int | None, end: int | None) -> None:
    """Show what the rules of the configuration would have said of a period of the journal.

    No daemon is needed, and one that runs is not disturbed: change limits in the file, try, and
    reload the daemon when they are right. Windows and charts are empty at the beginning.
    """
    config = configured(config_path)
    with JournalReader(config.journal.path) as reader:
        changes = replay(reader, Desk(build_rules(config)), Query(start=start, end=end))
        counts: dict[str, int] = {}
        for change in changes:
            _tell(change, as_json=as_json)
            if isinstance(change, Change) and change.what == "raised":
                counts[change.sort.name] = counts.get(change.sort.name, 0) + 1
    if not as_json:
        out().print(_summary(counts.items()), markup=False, soft_wrap=True)


command.add_command(reference, "reference")


@command.command("out-of-service", epilog='Example: daq alarms out-of-service x --why "repair"')
@name_argument
@by_option
@reason_option
@config_option
@json_option
def out_of_service(name: str, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """Take the alarm NAME out of service, until somebody puts it back."""
    request = AlarmRequest(action="out-of-service", alarm=name, by=by, reason=why)
    act(config_path, request, as_json=as_json)


@command.command("in-service", epilog="Example: daq alarms in-service chamber.high")
@name_argument
@by_option
@why_option
@config_option
@json_option
def in_service(name: str, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """Put the alarm NAME back into service."""
    request = AlarmRequest(action="in-service", alarm=name, by=by, reason=why)
    act(config_path, request, as_json=as_json)


@command.command(epilog='Example: daq alarms comment chamber.high --why "called the service"')
@name_argument
@by_option
@reason_option
@config_option
@json_option
def comment(name: str, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """Say something about the alarm NAME; it stays as it is, and the words go into the journal."""
    request = AlarmRequest(action="commented", alarm=name, by=by, reason=why)
    act(config_path, request, as_json=as_json)


def _urgency(alarm: AlarmStatus) -> tuple[int, int]:
    return OURS.get(alarm.state, len(OURS)), RANK.get(alarm.priority, len(RANK))


def _row(alarm: AlarmStatus) -> tuple[str, ...]:
    since = f"{rfc3339(alarm.since)[:19]}Z" if alarm.since else ""
    state = f"{alarm.state} until {rfc3339(alarm.until)[:19]}Z" if alarm.until else alarm.state
    return alarm.priority, alarm.name, state, since, alarm.text, alarm.title


def _tell(told: Told, *, as_json: bool) -> None:
    record = event_of(told)
    if as_json:
        line = {"time": rfc3339(record.time), "alarm": record.subject, "what": _what(told)}
        print_json({**line, "text": record.text, "data": record.data})
        return
    text = f"{rfc3339(record.time)[:23]}Z  {record.text}"
    out().print(text, markup=False, soft_wrap=True)


def _what(told: Told) -> str:
    if isinstance(told, Flooded):
        return "flood-began" if told.on else "flood-over"
    return told.what if isinstance(told, Change) else "checked"


def _summary(counts: Iterable[tuple[str, int]]) -> str:
    most = sorted(counts, key=lambda item: -item[1])
    if not most:
        return "nothing would have been raised"
    named = ", ".join(f"{name} {count}" for name, count in most)
    return f"{sum(count for _, count in most)} raised: {named}"
