"""`daq audit`: what people did, out of the journal."""

from itertools import islice
from pathlib import Path

import click

from daq.access.audit import Deed, brief, deeds
from daq.cli.configuration import configured
from daq.cli.options import Moment, config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339

COLUMNS = ("time", "who", "account", "what", "about", "before", "after", "why")


@click.command(epilog="Example: daq audit --from -7d --user li")
@click.option("--from", "start", type=Moment(), help="Begin: 2026-11-23T08:00, -24h, today.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@click.option("--user", default="", help="Only what this user or account did, or was done to.")
@click.option("-n", "count", default=100, show_default=True, help="Show the last so many.")
@config_option
@json_option
def command(
    start: int | None, end: int | None, user: str, count: int, config_path: Path, *, as_json: bool
) -> None:
    """List what people did: who, when, what, why, and how it was before and after.

    WHO is who that was as they said, or as the page knows them; ACCOUNT the account of this machine
    that asked, as the kernel knows it. Reads the journal; the daemon may run or not. With --json
    all of them, a line for each, the oldest first.
    """
    query = Query(start=start, end=end)
    with JournalReader(configured(config_path).journal.path) as reader:
        if as_json:
            for deed in deeds(reader.events(query), user):
                print_json({**_plain(deed)})
            return
        found = list(islice(deeds(reader.events_back(query), user), count + 1))
    shown = list(reversed(found[:count]))
    if not shown:
        out().print("nobody did anything")
    print_table(COLUMNS, map(_row, shown), drop=("before", "account"))
    if len(found) > count:
        out().print("... and more before; -n shows them, --json lists all since --from")


def _plain(deed: Deed) -> dict[str, object]:
    keys = ("by", "os_user", "kind", "subject", "before", "after", "why", "text")
    told = {key: getattr(deed, key) for key in keys}
    return {"seq": deed.seq, "time": rfc3339(deed.time), **told}


def _row(deed: Deed) -> tuple[str, ...]:
    return (
        f"{rfc3339(deed.time)[:19]}Z",
        deed.by,
        deed.os_user,
        deed.kind,
        deed.subject,
        brief(deed.before),
        brief(deed.after),
        deed.why,
    )
