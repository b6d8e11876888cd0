"""A certificate in the terminal."""

from pathlib import Path

import msgspec

from daq.calibration.certificate import Calibrated, Certificate
from daq.calibration.curve import Curve, Line, Polynomial
from daq.calibration.register import Register
from daq.cli.named import known
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.plain import printable

RIGHT = "reading reference correction U"


def chosen(register: Register, number: str, path: Path) -> tuple[Certificate, ...]:
    """The certificate of this number, or all of the instrument of this name.

    Raises:
        click.UsageError: there is neither.
    """
    for entry in register.entries:
        if entry.item.name == number and entry.certificates:
            return entry.certificates
    certificates = register.certificates
    known("certificate", number, [one.number for one in certificates], path)
    return tuple(one for one in certificates if one.number == number)


def as_plain(certificate: Certificate) -> dict[str, object]:
    """The certificate and its hash, for JSON."""
    return {"hash": certificate.hash, **msgspec.to_builtins(certificate)}


def print_certificate(certificate: Certificate) -> None:
    """Everything a certificate says."""
    lines = (
        ("laboratory", " ".join(filter(None, (certificate.laboratory, certificate.accreditation)))),
        ("calibrated", certificate.calibrated),
        ("in force from", certificate.valid_from),
        ("due", certificate.due or "never"),
        ("instrument", f"{certificate.manufacturer} {certificate.model}".strip()),
        ("asset", certificate.asset),
        ("serial number", certificate.serial_number),
        ("conditions", certificate.conditions),
        ("remarks", certificate.remarks),
        ("source", certificate.source),
        ("SHA-256", certificate.hash),
    )
    out().print(f"certificate {printable(certificate.number)}", markup=False, style="bold")
    for name, value in lines:
        if value:
            out().print(f"  {name}: {printable(value)}", markup=False, soft_wrap=True)
    for channel in certificate.channels:
        _print_channel(channel)
    out().print()


def _print_channel(one: Calibrated) -> None:
    bounds = (
        "" if one.low is None or one.high is None else f" from {one.low:.10g} to {one.high:.10g}"
    )
    out().print(f"  channel {one.channel}, {one.unit}{bounds}, k = {one.k:g}", markup=False)
    out().print(f"    correction: {_words(one.correction) or 'none is made'}", markup=False)
    out().print(f"    uncertainty: {_words(one.uncertainty) or 'not stated'}", markup=False)
    rows = [
        (
            f"{point.reading:.10g}",
            f"{point.reference:.10g}",
            f"{point.reference - point.reading:.6g}",
            "" if point.uncertainty is None else f"{point.uncertainty:.10g}",
        )
        for point in one.points
    ]
    print_table(("reading", "reference", "correction", "U"), rows, right=RIGHT)


def _words(curve: Curve | None) -> str:
    match curve:
        case None:
            return ""
        case Line(a, b):
            return f"{a:g} + {b:g} |x|" if b else f"{a:g}"
        case Polynomial():
            terms = ", ".join(f"{one:g}" for one in curve.coefficients)
            return f"polynomial {terms} in (x - {curve.origin:g})"
        case _:
            return f"interpolated between {len(curve.points)} points"
