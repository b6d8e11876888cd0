"""How many samples a run is of. Pure."""

import re

from daq.runs.run import Run

_BETWEEN = re.compile("[,;\n\uff0c\uff1b\u3001]")


def samples_of(run: Run) -> int:
    """Names in ``sample``, apart by commas or semicolons, each once; 0 when it names none."""
    return len({name.strip() for name in _BETWEEN.split(run.sample)} - {""})
