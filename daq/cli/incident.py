"""`daq incident`: emergencies from the first alarm to the close, and the report of one."""

from importlib import import_module
from pathlib import Path

import click

from daq.cli.completing import alarms as alarms_there_are
from daq.cli.completing import instruments as instruments_there_are
from daq.cli.completing import procedures as procedures_there_are
from daq.cli.configuration import configured
from daq.cli.incident_lines import print_incident, print_incidents
from daq.cli.operator import by_option, why_option
from daq.cli.options import Duration, Moment, config_option, json_option, print_json
from daq.cli.screens import out
from daq.config.whereabouts import find_socket
from daq.control.incident_status import detail_of, status_of
from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentNoteRequest,
    IncidentOpenRequest,
    IncidentTickRequest,
    ask_change,
)
from daq.incidents.past import find_incident, incidents_since, read_course
from daq.journal.reader import JournalReader
from daq.timefmt import parse_time
from daq.web.text import Language

id_argument = click.argument("incident", metavar="NUMBER")


@click.group(epilog="Example: daq incident show 20261123-1")
def command() -> None:
    """Show incidents, open one, note what is done, tick off steps, close it, report it.

    An incident is called by its day and its number on that day, such as 20261123-1.
    """


@command.command("list", epilog="Example: daq incident list --from -365d")
@click.option("--from", "start", type=Moment(), help="Opened since then; 30 days when left out.")
@click.option("--open", "only_open", is_flag=True, help="Only those that are open.")
@config_option
@json_option
def list_incidents(config_path: Path, start: int | None, *, only_open: bool, as_json: bool) -> None:
    """List incidents, the latest first.

    Reads the journal; the daemon may run or not.
    """
    since = parse_time("-30d") if start is None else start
    with JournalReader(configured(config_path).journal.path) as reader:
        found = [status_of(one) for one in reversed(incidents_since(reader, since))]
    shown = [one for one in found if one.is_open or not only_open]
    if as_json:
        print_json(shown)
    else:
        print_incidents(shown, since)


@command.command("show", epilog="Example: daq incident show 20261123-1")
@id_argument
@config_option
@json_option
def show(incident: str, config_path: Path, *, as_json: bool) -> None:
    """Show the incident NUMBER: its alarms, its check list, its course, what is kept with it.

    Reads the journal; the daemon may run or not.
    """
    with JournalReader(configured(config_path).journal.path) as reader:
        one = find_incident(reader, incident)
        detail = detail_of(one, read_course(reader, one))
    if as_json:
        print_json(detail)
    else:
        print_incident(detail)


@command.command("open", epilog='Example: daq incident open "Smoke in room 12" -i chamber')
@click.argument("title")
@click.option(
    "-a",
    "--alarm",
    "alarms",
    multiple=True,
    help="An alarm it is about (repeat).",
    shell_complete=alarms_there_are,
)
@click.option(
    "-i",
    "--instrument",
    "instruments",
    multiple=True,
    help="An instrument it is about (repeat).",
    shell_complete=instruments_there_are,
)
@click.option(
    "--procedure",
    default="",
    help="The check list; that of the alarms when left out.",
    shell_complete=procedures_there_are,
)
@by_option
@why_option
@config_option
@json_option
def open_incident(  # noqa: PLR0913 - what an incident may be told from the first
    title: str,
    *,
    alarms: tuple[str, ...],
    instruments: tuple[str, ...],
    procedure: str,
    by: str,
    why: str,
    config_path: Path,
    as_json: bool,
) -> None:
    """Open an incident by hand; TITLE says what is the matter."""
    request = IncidentOpenRequest(
        title=title,
        by=by,
        reason=why,
        alarms=alarms,
        instruments=instruments,
        procedure=procedure,
    )
    _change(config_path, request, as_json=as_json)


@command.command("note", epilog='Example: daq incident note 20261123-1 "fuse 3 has blown"')
@id_argument
@click.argument("text")
@by_option
@config_option
@json_option
def note(incident: str, text: str, by: str, config_path: Path, *, as_json: bool) -> None:
    """Note TEXT on the incident NUMBER: what was seen, done or said."""
    request = IncidentNoteRequest(incident=incident, text=text, by=by)
    _change(config_path, request, as_json=as_json)


@command.command("tick", epilog="Example: daq incident tick 20261123-1 2 --by Li")
@id_argument
@click.argument("step", type=click.IntRange(1, 10_000))
@click.option("--skip", is_flag=True, help="The step does not apply; --why says why.")
@click.option("--undo", is_flag=True, help="It was ticked by mistake.")
@by_option
@why_option
@config_option
@json_option
def tick(  # noqa: PLR0913 - one of three things, by whom and why
    incident: str,
    step: int,
    *,
    skip: bool,
    undo: bool,
    by: str,
    why: str,
    config_path: Path,
    as_json: bool,
) -> None:
    """Tick off STEP of the check list of the incident NUMBER: done, by whom and when."""
    if skip and undo:
        raise click.UsageError("a step is skipped or ticked by mistake, not both")
    done = "skipped" if skip else "open" if undo else "done"
    request = IncidentTickRequest(incident=incident, step=step, tick=done, by=by, reason=why)
    _change(config_path, request, as_json=as_json)


@command.command("close", epilog='Example: daq incident close 20261123-1 --why "relay replaced"')
@id_argument
@by_option
@click.option("--why", required=True, help="What came of it; one line.")
@config_option
@json_option
def close(incident: str, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """Close the incident NUMBER. Every step has to be ticked off, or said not to apply."""
    request = IncidentCloseRequest(incident=incident, by=by, reason=why)
    _change(config_path, request, as_json=as_json)


@command.command("report", epilog="Example: daq incident report 20261123-1 -o report.pdf")
@id_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file, .html or .pdf; incident-NUMBER.html when left out.",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option(
    "--around",
    type=Duration(),
    default="15min",
    show_default=True,
    help="Show readings from so long before to so long after it.",
)
@config_option
def report(
    incident: str, output: Path | None, lang: Language, around: float, config_path: Path
) -> None:
    """Write a report of the incident NUMBER: what happened, who did what, readings, raw bytes.

    HTML stands alone in one file; PDF needs `pip install lab-daq[pdf]`. Reads the journal; the
    daemon may run or not. A file appears complete or not at all.
    """
    path = output or Path(f"incident-{incident}.html")
    if path.suffix not in (".html", ".pdf"):
        raise click.UsageError(f"{path}: a report is a file that ends in .html or .pdf")
    config = configured(config_path)
    with JournalReader(config.journal.path) as reader:
        one = find_incident(reader, incident)
        write = import_module("daq.cli.incident_file").write_report
        write(reader, one, config, path, language=lang, around=around)
    out().print(str(path), markup=False, soft_wrap=True)


def _change(
    config_path: Path,
    request: IncidentOpenRequest | IncidentNoteRequest | IncidentTickRequest | IncidentCloseRequest,
    *,
    as_json: bool,
) -> None:
    done = ask_change(find_socket(config_path), request)
    if not done.durable:
        click.echo(
            "daq: warning: done, but the disk has not taken it yet: see `daq status`", err=True
        )
    if as_json:
        print_json(done)
        return
    one = done.incident
    state = "open" if one.is_open else "closed"
    steps = f", {one.steps - one.waiting} of {one.steps} steps ticked off" if one.steps else ""
    out().print(f"{one.id}: {state}{steps}", markup=False, soft_wrap=True)
