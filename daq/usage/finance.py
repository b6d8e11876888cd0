"""The file for a finance system: comma separated, ISO dates, decimal points. Pure.

One line for each cost centre, instrument and kind of cost; the amounts are those of the report and
add up to its total.
"""

import csv
from io import StringIO

from daq.usage.account import UNITS
from daq.usage.calendar import local_day, next_month
from daq.usage.month import Month
from daq.usage.rows import entries

COLUMNS = (
    "month",
    "from",
    "before",
    "state",
    "cost_centre",
    "room",
    "instrument",
    "asset",
    "kind",
    "quantity",
    "unit",
    "amount",
    "currency",
)
"""The columns; docs/reference/usage.md says what each holds."""


def finance_csv(month: Month) -> str:
    """All lines, with the names of the columns first; line ends as RFC 4180 has them."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    end = next_month(month.first) if month.whole else local_day(month.period[1], month.plan.zone)
    for one in entries(month):
        item = one.account.item
        writer.writerow(
            (
                month.name,
                month.first.isoformat(),
                end.isoformat(),
                "final" if month.whole else "preliminary",
                one.centre,
                item.room,
                item.name,
                item.asset,
                one.kind,
                f"{one.quantity:f}",
                UNITS[one.kind],
                f"{one.amount:f}",
                month.plan.currency,
            )
        )
    return out.getvalue()
