"""`daq runs`: what is done to a sample, from a start to an end."""

from pathlib import Path

import click

from daq.cli.completing import instruments as instruments_there_are
from daq.cli.completing import methods as methods_there_are
from daq.cli.completing import programmes as programmes_there_are
from daq.cli.configuration import configured
from daq.cli.operator import by_option, why_option
from daq.cli.options import Moment, config_option, json_option, print_json
from daq.cli.programme import evaluate, print_programme, told_of
from daq.cli.run_lines import print_run, print_runs
from daq.cli.screens import out
from daq.config.whereabouts import find_socket
from daq.control.run_status import run_status_of
from daq.control.runs import (
    Change,
    RunMarkRequest,
    RunPauseRequest,
    RunResumeRequest,
    RunStartRequest,
    RunStopRequest,
    ask_run_change,
)
from daq.journal.reader import JournalReader
from daq.runs.detail import read_detail
from daq.runs.past import runs_since
from daq.runs.record import NUMBER
from daq.timefmt import parse_time

id_argument = click.argument("run", metavar="NUMBER")
maybe_id_argument = click.argument("run", metavar="[NUMBER]", default="")
key_option = click.option(
    "--key", default="", help="What this request is called; asking again with it does nothing."
)


@click.group(epilog="Example: daq runs start -i chamber --sample S-0815")
def command() -> None:
    """Start, mark, pause, resume and stop runs; list and show them.

    A run is called by its day (UTC) and its number on that day, such as 20261123-1. Where the
    NUMBER may be left out, the only run that goes on is meant.
    """


@command.command("list", epilog="Example: daq runs list --from -365d")
@click.option("--from", "start", type=Moment(), help="Begun since then; 30 days when left out.")
@click.option("--going", is_flag=True, help="Only those that go on.")
@config_option
@json_option
def list_runs(config_path: Path, start: int | None, *, going: bool, as_json: bool) -> None:
    """List runs, the latest first.

    Reads the journal; the daemon may run or not.
    """
    since = parse_time("-30d") if start is None else start
    with JournalReader(configured(config_path).journal.path) as reader:
        found = [run_status_of(one) for one in reversed(runs_since(reader, since))]
    shown = [one for one in found if one.is_going or not going]
    if as_json:
        print_json(shown)
    else:
        print_runs(shown, since)


@command.command("show", epilog="Example: daq runs show 20261123-1")
@id_argument
@config_option
@json_option
def show(run: str, config_path: Path, *, as_json: bool) -> None:
    """Show the run NUMBER: what it is about, marks, pauses, interruptions, signatures.

    Reads the journal; the daemon may run or not.
    """
    with JournalReader(configured(config_path).journal.path) as reader:
        detail = read_detail(reader, run)
        told = told_of(reader, detail.run)
    if as_json:
        print_json(detail)
    else:
        print_run(detail)
        print_programme(told, config_path, detail.run)


command.add_command(evaluate)


@command.command("start", epilog="Example: daq runs start -i chamber --sample S-0815 --order 4711")
@click.option(
    "-i",
    "--instrument",
    "instruments",
    multiple=True,
    required=True,
    help="An instrument it is done with (repeat).",
    shell_complete=instruments_there_are,
)
@click.option("--sample", default="", help="Number of the sample.")
@click.option("--order", default="", help="Number of the order.")
@click.option("--standard", default="", help="After which it is done.")
@click.option(
    "--method", default="", help="The method, by its name.", shell_complete=methods_there_are
)
@click.option(
    "--programme",
    default="",
    help="The programme of steps, by its name.",
    shell_complete=programmes_there_are,
)
@click.option("--cost-centre", default="", help="Who pays.")
@click.option("--operator", default="", help="Who does the work; who says so when left out.")
@by_option
@why_option
@key_option
@config_option
@json_option
def start(  # noqa: PLR0913 - what a run may be told from the first
    instruments: tuple[str, ...],
    *,
    sample: str,
    order: str,
    standard: str,
    method: str,
    programme: str,
    cost_centre: str,
    operator: str,
    by: str,
    why: str,
    key: str,
    config_path: Path,
    as_json: bool,
) -> None:
    """Start a run: from now on the readings of its instruments belong to it."""
    request = RunStartRequest(
        instruments=instruments,
        by=by,
        operator=operator,
        sample=sample,
        order=order,
        standard=standard,
        method=method,
        programme=programme,
        cost_centre=cost_centre,
        reason=why,
        key=key,
    )
    _change(config_path, request, as_json=as_json)


@command.command("mark", epilog='Example: daq runs mark "door opened for 10 s"')
@click.argument("words", metavar="[NUMBER] TEXT", nargs=-1, required=True)
@by_option
@key_option
@config_option
@json_option
def mark(words: tuple[str, ...], by: str, key: str, config_path: Path, *, as_json: bool) -> None:
    """Note TEXT at this time of the run NUMBER."""
    run, text = ("", words[0]) if len(words) == 1 else words[:2]
    if len(words) > 2 or (run and not NUMBER.fullmatch(run)):  # noqa: PLR2004 - number and text
        raise click.UsageError("give one text, in quotes, after the number of the run if any")
    request = RunMarkRequest(run=run, text=text, by=by, key=key)
    _change(config_path, request, as_json=as_json)


@command.command("pause", epilog='Example: daq runs pause --why "specimen turned round"')
@maybe_id_argument
@by_option
@why_option
@key_option
@config_option
@json_option
def pause(run: str, by: str, why: str, key: str, config_path: Path, *, as_json: bool) -> None:
    """Let the run NUMBER rest; its instruments are read on."""
    request = RunPauseRequest(run=run, by=by, reason=why, key=key)
    _change(config_path, request, as_json=as_json)


@command.command("resume", epilog="Example: daq runs resume")
@maybe_id_argument
@by_option
@why_option
@key_option
@config_option
@json_option
def resume(run: str, by: str, why: str, key: str, config_path: Path, *, as_json: bool) -> None:
    """Let the run NUMBER go on."""
    request = RunResumeRequest(run=run, by=by, reason=why, key=key)
    _change(config_path, request, as_json=as_json)


@command.command("stop", epilog='Example: daq runs stop --why "all within the band"')
@maybe_id_argument
@click.option("--aborted", is_flag=True, help="It did not end as it should; --why says why.")
@by_option
@click.option("--why", default="", help="What came of it; one line.")
@key_option
@config_option
@json_option
def stop(
    run: str, by: str, why: str, key: str, config_path: Path, *, aborted: bool, as_json: bool
) -> None:
    """End the run NUMBER."""
    outcome = "aborted" if aborted else "completed"
    request = RunStopRequest(run=run, outcome=outcome, by=by, reason=why, key=key)
    _change(config_path, request, as_json=as_json)


def _change(config_path: Path, request: Change, *, as_json: bool) -> None:
    done = ask_run_change(find_socket(config_path), request)
    if not done.durable:
        click.echo(
            "daq: warning: done, but the disk has not taken it yet: see `daq status`", err=True
        )
    if as_json:
        print_json(done)
        return
    one = done.run
    state = one.outcome or one.state
    before = ", as it was: this request had been carried out before" if done.repeated else ""
    out().print(f"{one.id}: {state}{before}", markup=False, soft_wrap=True)
