"""Certificates in PTB's format; tests/cases/dcc/README.md says where they come from."""

import tomllib
from pathlib import Path

import pytest

from daq.calibration.certificate import Calibrated
from daq.calibration.dcc import Choice, Imported, imported
from daq.calibration.dcc.document import LARGEST
from daq.calibration.dcc.units import code_of, conversion, from_ucum
from daq.calibration.errors import DccError
from daq.calibration.file import CertificateKeys
from daq.calibration.write import certificate_text

CASES = Path(__file__).parents[2] / "cases" / "dcc"
TEMPERATURE = (CASES / "temperature_typical.xml").read_text("utf-8")


def read(tmp_path: Path, text: str, *choices: Choice) -> Imported:
    file = tmp_path / "dcc.xml"
    file.write_text(text, "utf-8")
    return imported(file, choices)


def refused(tmp_path: Path, text: str, *choices: Choice) -> str:
    with pytest.raises(DccError) as caught:
        read(tmp_path, text, *choices)
    return str(caught.value)


def triples(channel: Calibrated) -> list[tuple[float, float, float | None]]:
    return [(point.reading, point.reference, point.uncertainty) for point in channel.points]


def test_ptbs_example_of_a_temperature_sensor() -> None:
    found = imported(CASES / "temperature_typical.xml")
    certificate = found.certificate
    assert certificate.number == "GP_DCC_temperature_typical_1.2"
    assert (certificate.laboratory, certificate.calibrated) == ("Kalibrierfirma GmbH", "1957-08-13")
    assert certificate.due == "1959-10-22"
    assert certificate.asset == "string-customer-item"
    assert certificate.serial_number == "string-manufacturer-item"
    assert certificate.conditions == "Immersion depth: 0.1 m; Ambient temperature: 293 K to 299 K"
    assert certificate.source.startswith("temperature_typical.xml, DCC 3.1.1, SHA-256 ")
    (channel,) = certificate.channels
    assert (channel.channel, channel.unit, channel.k) == ("temperature", "Cel", 2.0)
    assert triples(channel) == [
        (33.17, 33.098, 0.061),
        (100.06, 99.971, 0.061),
        (175.21, 175.103, 0.061),
        (250.16, 250.169, 0.061),
        (319.92, 320.004, 0.061),
    ]
    assert found.remarks == ()


def test_what_was_imported_corrects_by_the_errors_the_certificate_states() -> None:
    text = certificate_text(imported(CASES / "temperature_typical.xml").certificate)
    certificate = CertificateKeys.model_validate(tomllib.loads(text)).certificate
    (calibration,) = certificate.calibrations()
    errors = {33.17: 0.072, 100.06: 0.089, 175.21: 0.107, 250.16: -0.009, 319.92: -0.084}
    for reading, error in errors.items():
        assert calibration.corrected(reading) == pytest.approx(reading - error, abs=1e-12)
        assert calibration.uncertainty_at(reading) == 0.061
    assert calibration.uncertainty_at(20.0) is None


def test_ptbs_example_of_a_hygrometer_up_and_down() -> None:
    found = imported(CASES / "humidity.xml")
    (channel,) = found.certificate.channels
    assert (channel.channel, channel.unit) == ("humidity", "%")
    assert triples(channel)[:2] == [(19.7, 20.1, 0.6), (49.9, 50.0, 0.8)]
    assert len(channel.points) == 7
    assert [remark.partition(":")[0] for remark in found.remarks] == [
        "it is about 2 items; asset and serial number are the first one's",
        "it has no date of recalibration",
        "it has no customer's identification",
    ]


def test_single_values_of_the_newer_schema_and_errors_in_place_of_references() -> None:
    (channel,) = imported(CASES / "weight_3_3.xml", [Choice(unit="g")]).certificate.channels
    assert (channel.channel, channel.unit, channel.k) == ("weight", "g", 2.1)
    assert triples(channel) == [(100.0, 100.0, 0.0002), (200.0005, 200.0, 0.0004)]


def test_a_unit_is_chosen_and_converted(tmp_path: Path) -> None:
    (kelvin,) = read(tmp_path, TEMPERATURE, Choice(unit="K")).certificate.channels
    assert (kelvin.channel, triples(kelvin)[0]) == ("temperature", (306.32, 306.248, 0.061))
    alone = TEMPERATURE.replace("\\degreecelsius", "\\kelvin")
    assert "cannot be had in bar" in refused(tmp_path, alone, Choice(channel="p", unit="bar"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not XML"),
        ("<a>", "is not XML"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "is "),
        ("<a/>", "is no Digital Calibration Certificate"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "is refused"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "is refused"),
        (TEMPERATURE.replace('"3.1.1"', '"2.4.0"'), 'is of schema "2.4.0"'),
        (TEMPERATURE.replace("GP_DCC_temperature_typical_1.2", ""), "has no uniqueIdentifier"),
        (TEMPERATURE.replace("1957-08-13</dcc:end", "tomorrow</dcc:end"), "is no date"),
        (
            TEMPERATURE.replace("basic_measuredValue", "basic_other"),
            "write the certificate by hand",
        ),
        (TEMPERATURE.replace("33.17 100.06", "33.17 much"), "is no list of numbers"),
        (TEMPERATURE.replace("33.17 100.06", "33.17"), "4 readings for 5 references"),
        (TEMPERATURE.replace(">0.061<", ">0.061 0.061<"), "2 uncertainties for 5 values"),
        (TEMPERATURE.replace("List>2<", "List>2 3<"), "several coverage factors"),
    ],
)
def test_what_cannot_be_taken_over_is_said(tmp_path: Path, text: str, said: str) -> None:
    found = refused(tmp_path, text)
    assert found.startswith(f"{tmp_path / 'dcc.xml'}: ")
    assert said in found


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    assert "larger" in refused(tmp_path, " " * (LARGEST + 1))


def test_several_results_are_to_be_chosen_from(tmp_path: Path) -> None:
    begin, end = TEMPERATURE.index("<dcc:result "), TEMPERATURE.index("</dcc:results>")
    result = TEMPERATURE[begin:end]
    two = TEMPERATURE.replace(result, result + result.replace("33.17", "33.27"))
    assert "more than one result for temperature" in refused(tmp_path, two)
    found = read(tmp_path, two, Choice(channel="inlet"), Choice(channel="outlet"))
    assert [one.channel for one in found.certificate.channels] == ["inlet", "outlet"]
    (second,) = read(tmp_path, two, Choice(2, "temperature")).certificate.channels
    assert second.points[0].reading == 33.27
    assert "there is no result 3" in refused(tmp_path, two, Choice(3, "temperature"))


@pytest.mark.parametrize(
    ("dsi", "ucum"),
    [
        ("\\milli\\volt", "mV"),
        ("\\kilogram", "kg"),
        ("\\milli\\gram", "mg"),
        ("\\degreecelsius", "Cel"),
        ("\\micro\\ampere", "uA"),
        ("\\hecto\\pascal", "hPa"),
        ("\\percent", "%"),
        ("\\metre\\second\\tothe{-1}", ""),
        ("\\furlong", ""),
        ("V", ""),
    ],
)
def test_units_of_d_si_and_ours(dsi: str, ucum: str) -> None:
    assert code_of(dsi) == ucum
    if ucum:
        assert conversion(dsi, ucum) == (1.0, 0.0)
        assert from_ucum(ucum) is not None


@pytest.mark.parametrize(
    ("dsi", "ucum", "way"),
    [
        ("\\kelvin", "Cel", (1.0, -273.15)),
        ("\\degreecelsius", "K", (1.0, 273.15)),
        ("\\one", "%", (100.0, 0.0)),
        ("\\milli\\kelvin", "Cel", None),
        ("\\volt", "A", None),
        ("\\volt", "furlong", None),
    ],
)
def test_conversions(dsi: str, ucum: str, way: tuple[float, float] | None) -> None:
    assert conversion(dsi, ucum) == way
