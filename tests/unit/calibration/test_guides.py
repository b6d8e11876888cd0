"""Corrections and uncertainties against worked examples of published guides, each cited."""

import pytest

from daq.calibration.calibration import Calibration
from daq.calibration.file import CertificateKeys


def calibrations(**channel: object) -> Calibration:
    keys = CertificateKeys.model_validate(
        {
            "number": "1",
            "laboratory": "a guide",
            "calibrated": "2026-01-01",
            "instrument": {"asset": "A"},
            "channel": {"c": {"unit": "1", **channel}},
        }
    )
    return keys.certificate.calibrations()[0]


GUM_H3 = {
    # k: reading t_k of the thermometer, predicted correction b(t_k), both in degrees Celsius
    "correction": {"polynomial": [-0.1712, 0.00218], "origin": 20.0},
    "k": 1.0,
    # u(b) of H.3.4 at 20, 25 and 30 from s(y1) = 0.0029, s(y2) = 0.00067, r = -0.930
    "uncertainty": {"table": [[20.0, 0.0029], [25.0, 0.00124], [30.0, 0.0041]]},
}


@pytest.mark.parametrize(
    ("reading", "correction"),
    [
        # JCGM 100:2008, table H.6: t_k, predicted correction b(t_k)
        (21.521, -0.1679),
        (22.012, -0.1668),
        (22.512, -0.1657),
        (23.003, -0.1646),
        (23.507, -0.1635),
        (23.999, -0.1625),
        (24.513, -0.1614),
        (25.002, -0.1603),
        (25.503, -0.1592),
        (26.010, -0.1581),
        (26.511, -0.1570),
        # H.3.4: b(30 degrees) outside the range of observation, u = 0.0041
        (30.0, -0.1494),
    ],
)
def test_gum_h3_a_thermometer_with_a_line_of_corrections(reading: float, correction: float) -> None:
    found = calibrations(**GUM_H3 | {"range": [20.0, 30.0]})
    assert found.corrected(reading) - reading == pytest.approx(correction, abs=0.00006)


def test_gum_h3_the_uncertainty_of_the_correction_at_30_degrees() -> None:
    u1, u2, r, t = 0.0029, 0.00067, -0.930, 30.0 - 20.0
    by_hand = (u1**2 + (t * u2) ** 2 + 2 * t * u1 * u2 * r) ** 0.5
    assert by_hand == pytest.approx(0.0041, abs=0.00005)  # JCGM 100:2008, H.3.4
    found = calibrations(**GUM_H3)
    assert found.uncertainty_at(30.0) == pytest.approx(by_hand, abs=0.00005)


def test_ea_4_02_s9_a_multimeter_at_100_v() -> None:
    # EA-4/02 M: 2022, example S9: indication 100.1 V at 100 V, E_X = (0.10 +- 0.05) V, k = 1.65
    found = calibrations(
        k=1.65, points=[{"reading": 100.1, "reference": 100.0, "uncertainty": 0.05}]
    )
    assert found.corrected(100.1) == pytest.approx(100.0)
    assert (found.uncertainty_at(100.1), found.k) == (0.05, 1.65)
    assert (found.uncertainty_at(100.1) or 0) / found.k == pytest.approx(0.030, abs=0.001)


BALANCE = {
    # Instituto Nacional de Metrologia de Colombia, certificate of a Mettler Toledo XPE 204 of
    # 2021-03-18, published with the R package "masscor" (data MT.XPE.204): nominal load in g, error
    # of indication and expanded uncertainty in mg
    "points": [
        {"reading": load + error / 1000, "reference": load, "uncertainty": unsure / 1000}
        for load, error, unsure in (
            (0.01, 0.0, 0.1),
            (0.5, 0.0, 0.1),
            (1.0, 0.0, 0.1),
            (10.0, 0.0, 0.1),
            (20.0, 0.0, 0.1),
            (50.0, 0.0, 0.2),
            (100.0, 0.0, 0.2),
            (120.0, 0.0, 0.3),
            (150.0, 0.0, 0.3),
            (200.0, -0.2, 0.4),
            (220.0, -0.2, 0.5),
        )
    ]
}


@pytest.mark.parametrize(
    ("reading", "correction", "unsure"),
    [
        # by hand: straight lines between the two nearest points, in mg
        (100.0, 0.0, 0.2),
        (110.0, 0.0, 0.25),
        (199.9998, 0.2, 0.4),
        (174.9999, 0.1, 0.35),
        (210.0, 0.2, 0.45),
    ],
)
def test_a_balance_of_220_g_between_its_points(
    reading: float, correction: float, unsure: float
) -> None:
    found = calibrations(**BALANCE)
    assert 1000 * (found.corrected(reading) - reading) == pytest.approx(correction, abs=1e-4)
    assert 1000 * (found.uncertainty_at(reading) or 0) == pytest.approx(unsure, abs=1e-3)


def test_cg_18_the_uncertainty_of_a_weighing_result_is_a_line() -> None:
    # EURAMET Calibration Guide No. 18, version 4.0, 7.5: U(W) is given as alpha + beta R, from the
    # values at zero and at full load: here 0.1 mg and 0.5 mg at 220 g
    beta = (0.0005 - 0.0001) / 220.0
    found = calibrations(uncertainty={"a": 0.0001, "b": beta}, range=[0.0, 220.0])
    assert [found.uncertainty_at(load) for load in (0.0, 110.0, 220.0)] == pytest.approx(
        [0.0001, 0.0003, 0.0005]
    )
    assert found.corrected(110.0) == 110.0
