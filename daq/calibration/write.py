"""A certificate as the text of its file, for what was imported. Read again it is the same."""

from typing import Any

import tomlkit

from daq.calibration.certificate import Calibrated, Certificate, Point

HEAD = ("number", "laboratory", "accreditation")
TAIL = ("conditions", "remarks", "source")
ITEM = ("asset", "serial_number", "manufacturer", "model")


def certificate_text(certificate: Certificate) -> str:
    """The TOML of a certificate whose curves follow from its points."""
    document = tomlkit.document()
    for key in HEAD:
        _add(document, key, getattr(certificate, key))
    for key in ("calibrated", "due"):
        if found := getattr(certificate, key):
            document.add(key, tomlkit.date(found))
    for key in TAIL:
        _add(document, key, getattr(certificate, key))
    item = tomlkit.table()
    for key in ITEM:
        _add(item, key, getattr(certificate, key))
    document.add("instrument", item)
    channels = tomlkit.table(is_super_table=True)
    for one in certificate.channels:
        channels.add(one.channel, _channel(one))
    document.add("channel", channels)
    return tomlkit.dumps(document)


def _channel(one: Calibrated) -> Any:  # noqa: ANN401 - of tomlkit
    table = tomlkit.table()
    table.add("unit", one.unit)
    table.add("k", one.k)
    points: Any = tomlkit.array()
    points.multiline(multiline=True)
    for point in one.points:
        points.append(_point(point))
    table.add("points", points)
    return table


def _point(point: Point) -> Any:  # noqa: ANN401 - of tomlkit
    table: Any = tomlkit.inline_table()
    table.update({"reading": point.reading, "reference": point.reference})
    if point.uncertainty is not None:
        table.update({"uncertainty": point.uncertainty})
    return table


def _add(table: Any, key: str, value: str) -> None:  # noqa: ANN401 - of tomlkit
    if value:
        table.add(key, value)
