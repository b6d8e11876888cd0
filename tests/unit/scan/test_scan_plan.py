"""What a scan will ask."""

from collections import Counter

from daq.scan.bounds import Bounds
from daq.scan.known import Known
from daq.scan.place import Place
from daq.scan.plan import Ask, Seek, plan_scan, unaskable
from drivers.registry import available_profiles, load_profile
from drivers.transport.serial_settings import SerialSettings

PORT, PTY = Place(port="/dev/ttyUSB0"), Place(port="/dev/pts/1", pseudo=True)
TCP, MODBUS_TCP = Place(address="10.0.0.7:4001"), Place(address="10.0.0.7:502")


def known(*names: str) -> list[Known]:
    return [Known(name, load_profile(name)) for name in names]


EVERYTHING = known(*available_profiles())


def test_each_profile_is_tried_with_the_settings_it_leaves_the_factory_with() -> None:
    trials = plan_scan(PORT, known("eastron-sdm630", "vaisala-hmt330", "keithley-2000"), Bounds())
    assert [trial.serial for trial in trials] == [
        SerialSettings(baud=9600),
        SerialSettings(baud=4800, data_bits=7, parity="even"),
        SerialSettings(baud=4800),
    ]
    assert [type(step) for step in trials[1].steps] == [Ask]
    assert all(isinstance(step, Seek) for step in trials[0].steps)


def test_what_the_user_sets_replaces_it() -> None:
    bounds = Bounds(bauds=(9600, 19200), parities=("none", "even"), units=(1,))
    trials = plan_scan(PORT, known("pta8c04", "vaisala-hmt330"), bounds)
    lines = {trial.serial for trial in trials}
    assert {(line.baud, line.parity) for line in lines if line} == {
        (baud, parity) for baud in (9600, 19200) for parity in ("none", "even")
    }
    seven = [line for line in lines if line and line.data_bits == 7]
    assert {line.parity for line in seven} == {"even"}, "seven bits without parity are not in use"


def test_a_pseudo_terminal_has_one_setting() -> None:
    (trial,) = plan_scan(PTY, EVERYTHING, Bounds())
    assert trial.serial == SerialSettings()


def test_a_question_is_asked_once_for_all_that_begin_with_it() -> None:
    twins = [Known("a", load_profile("keithley-2000")), Known("b", load_profile("keithley-2000"))]
    (trial,) = plan_scan(TCP, twins, Bounds())
    (step,) = trial.steps
    assert isinstance(step, Ask)
    assert [each.known.reference for each in step.candidates] == ["a", "b"]


def test_no_question_comes_twice_with_one_setting() -> None:
    for place in (PORT, PTY, TCP):
        for trial in plan_scan(place, EVERYTHING, Bounds()):
            asks = [step.candidates[0].asker.first for step in trial.steps if isinstance(step, Ask)]
            assert max(Counter(asks).values(), default=1) == 1


def test_on_tcp_both_framings_are_tried_but_on_the_port_of_modbus() -> None:
    bounds = Bounds(units=(1, 2))
    (trial,) = plan_scan(TCP, known("pta8c04"), bounds)
    found = [(step.framing, step.unit) for step in trial.steps if isinstance(step, Seek)]
    assert found == [("tcp", 1), ("tcp", 2), ("rtu", 1), ("rtu", 2)]
    (trial,) = plan_scan(MODBUS_TCP, EVERYTHING, bounds)
    assert [type(step) for step in trial.steps] == [Seek, Seek]


def test_addresses_are_tried_where_a_profile_allows_their_form() -> None:
    bounds = Bounds(addresses=("1", "000012345678", "nonsense"))
    (trial,) = plan_scan(TCP, known("yudian-ai", "dlt645-2007", "mettler-sics"), bounds)
    asked = {
        (each.known.reference, each.address)
        for step in trial.steps
        if isinstance(step, Ask)
        for each in step.candidates
    }
    assert asked == {("mettler-sics", None), ("yudian-ai", "1"), ("dlt645-2007", "000012345678")}


def test_the_estimate_is_time_outs_rests_and_transmission() -> None:
    bounds = Bounds(timeout=0.3, units=tuple(range(1, 17)))
    (trial,) = plan_scan(PORT, known("pta8c04"), bounds)
    each = 0.3 + 0.1 + 15 * 10 / 9600
    assert abs(trial.seconds - 16 * each) < 0.1


def test_a_profile_without_identification_is_not_scanned_for_and_said_so() -> None:
    silent = load_profile("mettler-sics").model_copy(update={"identify": None})
    mute = [Known("silent", silent)]
    assert plan_scan(TCP, mute, Bounds()) == ()
    assert unaskable([*mute, *known("pta8c04", "keithley-2000")]) == ("silent",)
