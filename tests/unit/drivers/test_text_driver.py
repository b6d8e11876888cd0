import pytest

from drivers.driver import Exchange
from drivers.errors import (
    DeviceError,
    DisconnectedError,
    IdentityError,
    ProfileError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.model import Identity, Status
from drivers.profile import Profile
from drivers.text.driver import TextDriver
from drivers.text.profile import TextProfile
from drivers.transcript import ScriptedLink

PROFILE = TextProfile.model_validate(
    {
        "profile": {
            "name": "two-queries",
            "manufacturer": "Example",
            "model": "X",
            "protocol": "text",
            "source": ["made up for this test"],
        },
        "text": {"startup": ["SETUP"], "read_delay": 0.001},
        "identify": {"queries": ["who", "version"], "expect": {"model": "X1"}},
        "query": {
            "who": {
                "send": "WHO",
                "reply": [
                    {"pattern": r"I am (?P<model>\w+)"},
                    {"pattern": "who refused", "status": "device error"},
                ],
            },
            "version": {"send": "VER", "reply": [{"pattern": r"V(?P<firmware>[\d.]+)"}]},
            "pair": {
                "send": "P",
                "reply_length": 20,
                "turnaround": 0.05,
                "reply": [
                    {"pattern": r"(?P<a>[\d.]+),(?P<b>[\d.]*)"},
                    {"pattern": "BUSY", "status": "device error"},
                ],
            },
            "single": {"send": "C", "reply": [{"pattern": r"(?P<c>[\d.]+)"}]},
        },
        "channel": {
            "a": {"query": "pair"},
            "b": {"query": "pair"},
            "c": {"query": "single"},
        },
    }
)
WHO, VER = (b"WHO\r\n", b"I am X1\r\n"), (b"VER\r\n", b"V2.0\r\n")
SETUP = (b"SETUP\r\n", b"")
PAIR, SINGLE = (b"P\r\n", b"1.5,2.5\r\n"), (b"C\r\n", b"3.5\r\n")
PAIR_SILENT, SINGLE_SILENT = (b"P\r\n", b""), (b"C\r\n", b"")


def link(*steps: tuple[bytes, bytes]) -> ScriptedLink:
    return ScriptedLink(steps)


def test_a_plan_asks_each_query_once_in_the_order_needed() -> None:
    plan = TextDriver(PROFILE).plan(["b", "c", "a"])
    assert [channel.name for channel in plan.channels] == ["b", "c", "a"]
    assert [request.name for request in plan.requests] == ["pair", "single"]
    assert plan.exchanges[0] == Exchange(3, 22, 0.05 + 0.001)


@pytest.mark.parametrize("names", [[], ["d"], ["a", "nothing"]])
def test_unknown_channels_and_none_cannot_be_planned(names: list[str]) -> None:
    with pytest.raises(ProfileError):
        TextDriver(PROFILE).plan(names)


async def test_a_plan_of_another_family_is_refused() -> None:
    class Foreign:
        channels = ()
        exchanges = ()

    with pytest.raises(ProfileError, match="another driver"):
        await TextDriver(PROFILE).read(link(), Foreign())


async def test_values_come_in_the_order_of_the_plan() -> None:
    driver = TextDriver(PROFILE)
    line = link(PAIR, SINGLE)
    sample = await driver.read(line, driver.plan(["b", "c", "a"]))
    assert sample.values == (2.5, 3.5, 1.5)
    assert sample.statuses == (Status.GOOD,) * 3
    assert not line.left


async def test_identification_gathers_all_queries_then_starts_up() -> None:
    line = link(WHO, VER, SETUP)
    identity = await TextDriver(PROFILE).identify(line)
    assert identity == Identity(model="X1", firmware="2.0")
    assert not line.left


async def test_no_start_up_command_goes_to_a_foreign_instrument() -> None:
    line = link((b"WHO\r\n", b"I am Y9\r\n"))
    with pytest.raises(IdentityError, match=r"model: expected 'X1', found 'Y9'"):
        await TextDriver(PROFILE).probe(line)


async def test_an_instrument_that_refuses_to_identify_itself() -> None:
    with pytest.raises(DeviceError, match="who refused"):
        await TextDriver(PROFILE).identify(link((b"WHO\r\n", b"who refused\r\n")))


async def test_after_silence_the_driver_identifies_before_it_reads() -> None:
    driver = TextDriver(PROFILE)
    plan = driver.plan(["a"])
    late = (b"WHO\r\n", b"9.9,9.9\r\nI am X1\r\n")
    line = link(PAIR_SILENT, late, SETUP, PAIR, PAIR)
    with pytest.raises(ReplyTimeoutError):
        await driver.read(line, plan)
    assert (await driver.read(line, plan)).values == (1.5,)
    assert (await driver.read(line, plan)).values == (1.5,)
    assert not line.left


async def test_a_probe_brings_the_driver_back_in_step() -> None:
    driver = TextDriver(PROFILE)
    plan = driver.plan(["a"])
    line = link(PAIR_SILENT, WHO, SETUP, PAIR)
    with pytest.raises(ReplyTimeoutError):
        await driver.read(line, plan)
    await driver.probe(line)
    assert (await driver.read(line, plan)).values == (1.5,)


async def test_a_query_that_fails_does_not_spoil_the_others() -> None:
    driver = TextDriver(PROFILE)
    line = link((b"P\r\n", b"what?\r\n"), WHO, SETUP, SINGLE)
    sample = await driver.read(line, driver.plan(["a", "b", "c"]))
    assert sample.values == (None, None, 3.5)
    assert sample.statuses == (Status.MALFORMED_REPLY, Status.MALFORMED_REPLY, Status.GOOD)


async def test_silence_costs_one_request_however_many_there_are() -> None:
    driver = TextDriver(PROFILE)
    line = link(PAIR_SILENT)
    with pytest.raises(ReplyTimeoutError):
        await driver.read(line, driver.plan(["a", "c"]))
    assert line.wrong == ""


async def test_silence_in_the_middle_keeps_what_was_read() -> None:
    driver = TextDriver(PROFILE)
    sample = await driver.read(link(PAIR, SINGLE_SILENT), driver.plan(["a", "c"]))
    assert sample.values == (1.5, None)
    assert sample.statuses == (Status.GOOD, Status.TIMEOUT)


async def test_a_status_reply_is_data_and_leaves_the_line_in_step() -> None:
    driver = TextDriver(PROFILE)
    sample = await driver.read(link((b"P\r\n", b"BUSY\r\n"), SINGLE), driver.plan(["a", "c"]))
    assert sample.statuses == (Status.DEVICE_ERROR, Status.GOOD)


async def test_nothing_readable_is_the_first_error() -> None:
    driver = TextDriver(PROFILE)
    line = link((b"P\r\n", b"what?\r\n"), (b"WHO\r\n", b""))
    with pytest.raises(ReplyError, match="what"):
        await driver.read(line, driver.plan(["a", "c"]))


class BrokenLink(ScriptedLink):
    async def send(self, request: bytes, *, regardless: bool = False) -> None:
        raise DisconnectedError(f"lost before {request!r}")


async def test_a_lost_line_is_never_a_status() -> None:
    driver = TextDriver(PROFILE)
    plan = driver.plan(["a", "c"])
    with pytest.raises(DisconnectedError):
        await driver.read(BrokenLink([(b"P\r\n", b"what?\r\n"), WHO]), plan)


def without_identification() -> Profile:
    return PROFILE.model_copy(update={"identify": None})


async def test_without_identification_a_probe_reads_once_the_line_is_quiet() -> None:
    profile = without_identification()
    assert isinstance(profile, TextProfile)
    first = profile.model_copy(update={"query": {"pair": profile.query["pair"]}})
    line = link(PAIR, SETUP, PAIR, SETUP)
    driver = TextDriver(first)
    assert await driver.identify(line) == Identity()
    await driver.probe(line)
    assert not line.left


def changed(**tables: object) -> TextProfile:
    return TextProfile.model_validate({**PROFILE.model_dump(by_alias=True), **tables})


def shaken(**step: object) -> TextProfile:
    forms = [{"pattern": "ACK"}, {"pattern": "NAK", "status": "device error"}]
    before = {"send": "P", "reply": forms, **step}
    pair = {"send": "ENQ", "before": [before], "reply": [{"pattern": r"(?P<a>[\d.]+)"}]}
    return changed(
        query={**PROFILE.model_dump(include={"query"})["query"], "pair": pair},
        channel={"a": {"query": "pair"}, "c": {"query": "single"}},
    )


async def test_a_hand_shake_and_its_refusal() -> None:
    driver = TextDriver(shaken())
    plan = driver.plan(["a", "c"])
    assert [exchange.sent for exchange in plan.exchanges] == [3, 5, 3]
    line = link((b"P\r\n", b"ACK\r\n"), (b"ENQ\r\n", b"1.5\r\n"), SINGLE)
    assert (await driver.read(line, plan)).values == (1.5, 3.5)
    refused = link((b"P\r\n", b"NAK\r\n"), SINGLE)
    sample = await driver.read(refused, plan)
    assert sample.statuses == (Status.DEVICE_ERROR, Status.GOOD)
    assert not refused.left


async def test_a_step_that_is_not_answered_leaves_the_driver_out_of_step() -> None:
    driver = TextDriver(shaken())
    plan = driver.plan(["a"])
    with pytest.raises(ReplyTimeoutError):
        await driver.read(link((b"P\r\n", b"")), plan)
    line = link(WHO, SETUP, (b"P\r\n", b"ACK\r\n"), (b"ENQ\r\n", b"1.5\r\n"))
    assert (await driver.read(line, plan)).values == (1.5,)


async def test_fields_of_the_steps_are_fields_of_the_query() -> None:
    profile = shaken(reply=[{"pattern": r"ACK (?P<b>\d)"}])
    both = profile.model_copy(
        update={"channel": {"a": PROFILE.channel["a"], "b": PROFILE.channel["b"]}}
    )
    driver = TextDriver(both)
    line = link((b"P\r\n", b"ACK 7\r\n"), (b"ENQ\r\n", b"1.5\r\n"))
    assert (await driver.read(line, driver.plan(["a", "b"]))).values == (1.5, 7.0)


def quiet() -> TextProfile:
    queries = PROFILE.model_dump(include={"query"})["query"]
    return changed(query={**queries, "single": {**queries["single"], "silence": "off"}})


async def test_a_declared_silence_is_a_status_and_the_next_request_is_safe() -> None:
    driver = TextDriver(quiet())
    plan = driver.plan(["c", "a"])
    line = link(SINGLE_SILENT, (b"WHO\r\n", b"9.9\r\nI am X1\r\n"), SETUP, PAIR)
    sample = await driver.read(line, plan)
    assert (sample.values, sample.statuses) == ((None, 1.5), (Status.OFF, Status.GOOD))
    assert not line.left


async def test_the_silence_of_a_dead_instrument_is_found_out() -> None:
    driver = TextDriver(quiet())
    plan = driver.plan(["c"])
    assert (await driver.read(link(SINGLE_SILENT), plan)).statuses == (Status.OFF,)
    with pytest.raises(ReplyTimeoutError, match="who"):
        await driver.read(link((b"WHO\r\n", b"")), plan)


async def test_a_status_of_another_query_of_the_scan() -> None:
    rule = {"field": "single.c", "bits": {"1": "good", "2": "over range"}, "other": "sensor break"}
    profile = changed(channel={"a": {"query": "pair", "status": [rule]}, "b": {"query": "pair"}})
    driver = TextDriver(profile)
    plan = driver.plan(["a", "b"])
    for said, status in [
        (b"0", Status.GOOD),
        (b"1", Status.GOOD),
        (b"3", Status.OVER_RANGE),
        (b"4", Status.SENSOR_BREAK),
        (b"1.5", Status.SENSOR_BREAK),
    ]:
        sample = await driver.read(link(PAIR, (b"C\r\n", said + b"\r\n")), plan)
        assert sample.statuses == (status, Status.GOOD)
    failed = await driver.read(link(PAIR, (b"C\r\n", b"")), plan)
    assert failed.statuses == (Status.TIMEOUT, Status.GOOD)
    assert [request.name for request in driver.plan(["b"]).requests] == ["pair"]


async def test_a_unit_of_another_query_of_the_scan() -> None:
    profile = changed(
        channel={"c": {"query": "single", "unit_field": "pair.b", "units": {"2.5": 10.0}}}
    )
    driver = TextDriver(profile)
    sample = await driver.read(link(SINGLE, PAIR), driver.plan(["c"]))
    assert sample.values == (35.0,)


def remembering() -> TextProfile:
    queries = PROFILE.model_dump(include={"query"})["query"]
    return changed(
        query={**queries, "pair": {**queries["pair"], "once": True}},
        channel={"c": {"query": "single", "unit_field": "pair.b", "units": {"2.5": 10.0}}},
    )


async def test_what_does_not_change_is_asked_once() -> None:
    driver = TextDriver(remembering())
    plan = driver.plan(["c"])
    assert len(plan.exchanges) == 1
    line = link(SINGLE, PAIR, SINGLE, SINGLE_SILENT, WHO, SETUP, SINGLE, PAIR, SINGLE)
    first, second = await driver.read(line, plan), await driver.read(line, plan)
    assert first.values == second.values == (35.0,)
    assert second.time > first.time
    with pytest.raises(ReplyTimeoutError):
        await driver.read(line, plan)
    assert (await driver.read(line, plan)).values == (35.0,)
    assert (await driver.read(line, plan)).values == (35.0,)
    assert not line.left


async def test_start_up_writes_are_acknowledged() -> None:
    write = {
        "send": "MODE R",
        "reply": [{"pattern": "OK {command}"}, {"pattern": "NO", "status": "device error"}],
    }
    profile = changed(
        text={"wake": ["HALT"], "startup": [{"write": "remote"}]}, write={"remote": write}
    )
    line = link((b"HALT\r\n", b""), WHO, VER, (b"MODE R\r\n", b"OK MODE R\r\n"))
    assert (await TextDriver(profile).identify(line)).model == "X1"
    refusing = link((b"HALT\r\n", b""), WHO, VER, (b"MODE R\r\n", b"NO\r\n"))
    with pytest.raises(DeviceError, match="remote"):
        await TextDriver(profile).identify(refusing)


async def test_optional_checksums_are_found_out_once() -> None:
    profile = changed(text={"checksum": {"algorithm": "sum8", "optional": True}})
    driver = TextDriver(profile)
    plan = driver.plan(["c"])
    assert (await driver.read(link(SINGLE), plan)).values == (3.5,)
    sealed = [(b"WHOEE\r\n", b"I am X1E0\r\n"), (b"VERED\r\n", b"V2.0E6\r\n")]
    line = link((b"WHO\r\n", b""), *sealed, (b"C43\r\n", b"3.596\r\n"))
    assert await driver.identify(line) == Identity(model="X1", firmware="2.0")
    assert (await driver.read(line, plan)).values == (3.5,)
    with pytest.raises(ReplyTimeoutError):
        await driver.identify(link((b"WHOEE\r\n", b""), (b"WHO\r\n", b"")))
