"""A DCC as a certificate of ours."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import msgspec

from daq.calibration.certificate import Calibrated, Certificate
from daq.calibration.dcc.document import every, has_type, read_dcc, text, words
from daq.calibration.dcc.numbers import numbers
from daq.calibration.dcc.results import Result, results
from daq.calibration.dcc.units import code_of
from daq.calibration.errors import DccError

NAMES = {"Cel": "temperature", "K": "temperature", "%": "humidity", "g": "weight", "V": "voltage"}
"""What channels of profiles are called, by unit; others have to be named."""


class Choice(msgspec.Struct, frozen=True):
    """Which result is which channel: ``number`` counts from 1; empty fields are found out."""

    number: int = 0
    channel: str = ""
    unit: str = ""


class Imported(msgspec.Struct, frozen=True):
    """The certificate, and what somebody should know who uses it."""

    certificate: Certificate
    remarks: tuple[str, ...] = ()


def imported(path: Path, choices: Sequence[Choice] = ()) -> Imported:
    """The certificate a DCC comes to.

    Raises:
        DccError: it cannot be read, or more than one thing could be meant.
    """
    root, content = read_dcc(path)
    try:
        return _imported(root, path.name, content, choices)
    except DccError as error:
        raise DccError(f"{path}: {error}") from error


def _imported(root: Element, name: str, content: bytes, choices: Sequence[Choice]) -> Imported:
    data = root.find("dcc:administrativeData", {"dcc": "https://ptb.de/dcc"})
    item = next(every(data, "dcc:items/dcc:item"), None)
    calibrated = _date(text(data, "dcc:coreData/dcc:endPerformanceDate"), "endPerformanceDate")
    certificate = Certificate(
        number=_needed(text(data, "dcc:coreData/dcc:uniqueIdentifier"), "uniqueIdentifier"),
        laboratory=_needed(_laboratory(data), "calibrationLaboratory"),
        calibrated=calibrated,
        valid_from=calibrated,
        due=_due(data),
        accreditation=text(data, "dcc:calibrationLaboratory/dcc:calibrationLaboratoryCode"),
        conditions=_conditions(root),
        source=f"{name}, DCC {root.get('schemaVersion')}, "
        f"SHA-256 {hashlib.sha256(content).hexdigest()}",
        asset=_identification(item, "customer"),
        serial_number=_identification(item, "manufacturer"),
        manufacturer=words(item, "dcc:manufacturer/dcc:name"),
        model=text(item, "dcc:model"),
        channels=_channels(results(root), choices),
    )
    return Imported(certificate, tuple(_remarks(data, certificate)))


def _channels(found: Sequence[Result], choices: Sequence[Choice]) -> tuple[Calibrated, ...]:
    if not found:
        raise DccError(
            "holds no result with basic_measuredValue and basic_referenceValue or "
            "basic_measurementError; write the certificate by hand"
        )
    chosen = choices or [Choice(number) for number, _ in enumerate(found, 1)]
    channels = tuple(_channel(found, place, choice) for place, choice in enumerate(chosen, 1))
    twice = [name for name, count in Counter(one.channel for one in channels).items() if count > 1]
    if twice:
        listed = ", ".join(f"{n} {one.name} ({one.unit})" for n, one in enumerate(found, 1))
        raise DccError(
            f"has more than one result for {', '.join(twice)}: {listed}; choose with "
            "--channel NAME=NUMBER"
        )
    return channels


def _channel(found: Sequence[Result], place: int, choice: Choice) -> Calibrated:
    number = choice.number or place
    if not 1 <= number <= len(found):
        raise DccError(f"there is no result {number}; it holds {len(found)}")
    result = found[number - 1]
    unit = choice.unit or result.unit
    name = choice.channel or NAMES.get(unit, "")
    if not name:
        raise DccError(f"result {number} ({result.name}) is no channel by itself: --channel NAME")
    points, k = result.points(unit)
    return Calibrated(channel=name, unit=unit, k=k, points=points)


def _remarks(data: Element | None, certificate: Certificate) -> list[str]:
    remarks: list[str] = []
    items = len(list(every(data, "dcc:items/dcc:item")))
    if items > 1:
        remarks.append(f"it is about {items} items; asset and serial number are the first one's")
    if not certificate.due:
        remarks.append("it has no date of recalibration: give `due` if the laboratory sets one")
    if not certificate.asset:
        remarks.append("it has no customer's identification: give `asset` of [instrument]")
    unsure = [
        f"{one.channel}: no expanded uncertainty is stated"
        for one in certificate.channels
        if any(point.uncertainty is None for point in one.points)
    ]
    return remarks + unsure


def _laboratory(data: Element | None) -> str:
    return words(data, "dcc:calibrationLaboratory/dcc:contact/dcc:name")


def _identification(item: Element | None, issuer: str) -> str:
    for one in every(item, "dcc:identifications/dcc:identification"):
        if text(one, "dcc:issuer") == issuer:
            return text(one, "dcc:value")
    return ""


def _due(data: Element | None) -> str:
    for statement in every(data, "dcc:statements/dcc:statement"):
        found = text(statement, "dcc:date")
        if has_type(statement, "basic_recalibration") and found:
            return _date(found, "basic_recalibration")
    return ""


def _conditions(root: Element) -> str:
    path = (
        "dcc:measurementResults/dcc:measurementResult/dcc:influenceConditions/"
        "dcc:influenceCondition"
    )
    told = (_condition(one) for one in every(root, path) if not has_type(one, "basic_adjustment"))
    return "; ".join(filter(None, told))


def _condition(condition: Element) -> str:
    said = [
        f"{value:g} {code_of(one.unit) or one.unit}"
        for quantity in every(condition, "dcc:data/dcc:quantity")
        for one in numbers(quantity)[-1:]  # of a hybrid the one people read
        for value in one.values
    ]
    name = words(condition, "dcc:name") or condition.get("refType", "")
    return f"{name}: {' to '.join(said)}" if said else ""


def _date(found: str, what: str) -> str:
    try:
        return date.fromisoformat(found[:10]).isoformat()
    except ValueError as error:
        raise DccError(f'{what}: "{found[:40]}" is no date') from error


def _needed(found: str, what: str) -> str:
    if not found:
        raise DccError(f"has no {what}")
    return found[:200]
