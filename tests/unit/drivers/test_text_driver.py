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
