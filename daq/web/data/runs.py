"""What was scanned or typed for a run, and which run is meant by it. Pure."""

import re
from collections.abc import Iterable, Sequence

from daq.control.runs import RunStatus
from daq.web.data.register import Register
from daq.web.errors import WrongFormError

_APART = re.compile(r"[\s,;]+")


def named_instruments(register: Register, chosen: Iterable[str], scanned: str) -> tuple[str, ...]:
    """The names of the instruments that were ticked, and of those whose labels were scanned.

    A label has the name or the asset id, several apart by blanks, commas or lines.

    Raises:
        WrongFormError: a label is of no instrument.
    """
    found = list(chosen)
    labels = {one.asset.casefold(): one.name for one in register.instruments if one.asset}
    labels |= {one.name.casefold(): one.name for one in register.instruments}
    for label in filter(None, _APART.split(scanned)):
        if label.casefold() not in labels:
            raise WrongFormError("label", said=label[:60])
        found.append(labels[label.casefold()])
    return tuple(dict.fromkeys(found))


def meant_run(register: Register, runs: Iterable[RunStatus], label: str) -> RunStatus:
    """The run that goes on and has this number, sample, order or instrument on a label.

    Without a label the only one that goes on.

    Raises:
        WrongFormError: there is none such, or several.
    """
    going = [one for one in runs if one.is_going]
    found = [one for one in going if not label or _has(register, one, label.casefold())]
    if len(found) == 1:
        return found[0]
    if found or not label:
        raise WrongFormError("which-run", said=label[:60])
    raise WrongFormError("no-such-run", said=label[:60])


def _has(register: Register, one: RunStatus, label: str) -> bool:
    return label in map(str.casefold, _labels(register, one))


def _labels(register: Register, one: RunStatus) -> Sequence[str]:
    assets = [register.listed(name).asset for name in one.instruments]
    return [one.id, one.sample, one.order, *one.instruments, *filter(None, assets)]
