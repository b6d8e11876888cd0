"""Every test leaves the process as it found it: no task, no descriptor stays behind."""

import asyncio
import functools
import gc
import inspect
import os
import random
from collections.abc import Awaitable, Callable, Generator, Mapping
from pathlib import Path
from typing import ParamSpec

import pytest
from hypothesis import settings

from daq import backoff
from daq.loop import loop_factory

# Thousands of tests hold a million objects that live to the end: looking through them again and
# again takes a tenth of the time.
gc.set_threshold(100_000, 50, 50)

# No deadline: the machine may be busy. `make unit` is for the seconds between two edits.
settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15)
settings.load_profile("thorough")

P = ParamSpec("P")
SHELL_WISHES = (
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
    "DAQ_CONFIG",
    "DAQ_SIM_CONTROL",
)
DESCRIPTORS = Path("/proc/self/fd")
_open_before = pytest.StashKey[dict[str, str]]()
_shared_fixture_started = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults", "the fault matrix (tests/system/faults)")
    group.addoption("--fault-report", type=Path, help="write each row's figures into this folder")
    group.addoption("--fault-seed", default="20261123", help="what its chance is made of")

    parser.addoption("--loop", default="asyncio", help="the event loop: asyncio or uvloop")
    parser.addoption(
        "--dice",
        choices=("low", "high"),
        help="every back-off waits as short, or as long, as it may: what a test has to bear",
    )


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    both = item.get_closest_marker("both_loops") is not None
    names = ("asyncio", "uvloop") if both else (str(config.getoption("--loop")),)
    if "uvloop" in names:
        _open_for_good()
    return {name: loop_factory(name) for name in names}


@functools.cache
def _open_for_good() -> None:
    """libuv's first loop opens a pipe for signals that stays as long as the process."""
    with asyncio.Runner(loop_factory=loop_factory("uvloop")) as runner:
        runner.get_loop()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Forget what the developer's shell wants of a program: a test says itself what it wants.

    The processes that tests start inherit it; pytest itself has made up its mind before.
    """
    for name in SHELL_WISHES:
        os.environ.pop(name, None)


class _Loaded(random.Random):
    """Dice that always show the same side."""

    def __init__(self, side: str) -> None:
        super().__init__()
        self._high = side == "high"

    def uniform(self, a: float, b: float) -> float:
        return b if self._high else a


@pytest.fixture(autouse=True)
def _dice(  # pyright: ignore[reportUnusedFunction]
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = pytestconfig.getoption("--dice")
    if side is not None:
        monkeypatch.setattr(backoff, "_DICE", _Loaded(side))


@pytest.fixture
def fault_report(pytestconfig: pytest.Config) -> Path | None:
    """Where the figures of the fault matrix go; None: nowhere."""
    return pytestconfig.getoption("--fault-report")


@pytest.fixture
def fault_seed(pytestconfig: pytest.Config) -> str:
    """The seed of the fault matrix."""
    return str(pytestconfig.getoption("--fault-seed"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _is_plain_coroutine(item.obj):
            item.obj = _without_leaked_tasks(item.obj)


def _is_plain_coroutine(function: object) -> bool:
    return inspect.iscoroutinefunction(function) and not hasattr(function, "hypothesis")


def _without_leaked_tasks(test: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    @functools.wraps(test)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        before = asyncio.all_tasks()
        await test(*args, **kwargs)
        for _ in range(10):
            await asyncio.sleep(0)
        leaked = asyncio.all_tasks() - before
        assert not leaked, f"tasks left running: {sorted(task.get_name() for task in leaked)}"

    return guarded


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    if fixturedef.scope != "function":
        request.node.session.stash[_shared_fixture_started] = True
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    item.session.stash[_shared_fixture_started] = False
    item.stash[_open_before] = _open_descriptors()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    yield
    if item.session.stash[_shared_fixture_started]:
        return
    before = item.stash[_open_before]
    leaked = _leaked(before)
    if leaked:
        gc.collect()
        leaked = _leaked(before)
    assert not leaked, f"descriptors left open: {leaked}"


def _open_descriptors() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in DESCRIPTORS.iterdir():
        try:
            found[entry.name] = str(entry.readlink())
        except OSError:
            continue  # the descriptor of the listing itself
    return found


def _leaked(before: dict[str, str]) -> list[str]:
    now = _open_descriptors()
    return sorted(what for number, what in now.items() if before.get(number) != what)
