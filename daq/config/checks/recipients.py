"""Who is told: shifts, instruments and rooms exist, and somebody is there at every hour."""

from collections.abc import Iterator
from importlib.util import find_spec

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.recipient import DAYS, RecipientConfig, ShiftConfig, minutes
from daq.notification.duty import shift_covers
from daq.notification.recipient import DAY, Shift, Window
from drivers.tomlfile import did_you_mean

LIBRARY = "apprise"

WEEK = 7 * DAY


def check_recipients(parts: Parts) -> Iterator[Finding]:
    """Check every recipient, and whether an urgent alarm finds somebody at any time."""
    for name, recipient in parts.recipients.items():
        at = ("recipient", name)
        known = {"instruments": [*parts.instruments], "rooms": _rooms(parts)}
        known["shifts"] = [*parts.shift_names]
        for key, names in known.items():
            for index, one in enumerate(getattr(recipient, key)):
                if one not in names:
                    hint = did_you_mean(one, names) or f"have: {', '.join(names) or 'none'}"
                    yield Finding((*at, key, index), f'no {key[:-1]} "{one}"', hint)
        yield from _secret(at, recipient)
        yield from _zone(parts, at, recipient)
    if parts.recipient_names and find_spec(LIBRARY) is None:
        text = "needs the package apprise, which is not installed"
        yield Finding(("recipient",), text, "pip install 'lab-daq[notify]'")
    yield from _alone(parts)
    yield from _hours(parts)


def _rooms(parts: Parts) -> list[str]:
    return [*dict.fromkeys(item.room for item in parts.instruments.values() if item.room)]


def _secret(at: tuple[str, ...], recipient: RecipientConfig) -> Iterator[Finding]:
    if remark := recipient.url.remark():
        yield Finding((*at, "url"), remark, warning=True)


def _zone(parts: Parts, at: tuple[str, ...], recipient: RecipientConfig) -> Iterator[Finding]:
    if parts.time_zone_given or not recipient.timed:
        return
    hint = 'say [notification] time_zone = "Asia/Shanghai", or "UTC"'
    yield Finding((*at, recipient.timed[0]), "has times of day, and no time zone is stated", hint)


def _alone(parts: Parts) -> Iterator[Finding]:
    """Nobody hears that somebody cannot be told when there is only one."""
    if len(parts.recipient_names) == 1:
        (name,) = parts.recipient_names
        text = "is the only recipient: when it cannot be told, nobody hears of it"
        yield Finding(("recipient", name), text, "add another way", warning=True)


def _hours(parts: Parts) -> Iterator[Finding]:
    if not parts.recipients or frozenset(parts.recipients) != parts.recipient_names:
        return
    urgent = {n: r for n, r in parts.recipients.items() if _is_for_all_critical(r)}
    if not urgent or any(not recipient.shifts for recipient in urgent.values()):
        return
    names = {one for recipient in urgent.values() for one in recipient.shifts}
    if not names <= parts.shifts.keys():
        return
    if (minute := _uncovered([_shift(parts.shifts[name]) for name in names])) is not None:
        day, time = DAYS[minute // DAY], minute % DAY
        text = f"nobody who is told of critical alarms is on duty on {day} at {_clock(time)}"
        hint = "let the shifts cover the week, or add somebody without shifts"
        yield Finding(("recipient", next(iter(urgent)), "shifts"), text, hint, warning=True)


def _is_for_all_critical(recipient: RecipientConfig) -> bool:
    return recipient.priority != "none" and not recipient.instruments and not recipient.rooms


def _shift(shift: ShiftConfig) -> Shift:
    days = frozenset(DAYS.index(day) for day in shift.days)
    return Shift(days, Window(minutes(shift.begin), minutes(shift.end)))


def _uncovered(shifts: list[Shift]) -> int | None:
    """The first minute of the week in none of the shifts; looked for where one ends."""
    ends = {0} | {day * DAY + shift.window.end for shift in shifts for day in range(8)}
    for minute in sorted(end % WEEK for end in ends):
        if not any(shift_covers(one, minute // DAY, minute % DAY) for one in shifts):
            return minute
    return None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
