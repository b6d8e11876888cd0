"""What a test holds in its hands: a simulated device's state, and the faults it injects."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import msgspec

from simulators.device import Value
from simulators.injection import Injection
from simulators.inventory import DeviceState
from simulators.lab import Lab
from simulators.served import Served
from simulators.tally import Tally
from simulators.thread import ThreadedLab


class InjectionHandle:
    """A fault at work; as a context manager it ends with the block."""

    def __init__(self, thread: ThreadedLab, injection: Injection) -> None:
        self._thread = thread
        self._injection = injection

    @property
    def hits(self) -> int:
        """Replies it has struck, or times it has begun."""
        return self._injection.hits

    def cancel(self) -> None:
        """End the fault; returns when it is over. Harmless when it was."""
        self._thread.run(lambda _: self._injection.end())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cancel()


class DeviceHandle:
    """A device of a lab that runs in a thread."""

    def __init__(self, thread: ThreadedLab, name: str) -> None:
        self._thread = thread
        self.name = name

    def state(self) -> dict[str, Value]:
        """What its channels truly are at this moment."""
        return self._look().channels

    def operate(self, name: str, value: Value = None) -> None:
        """Operate a control; or let an event begin (true, or a channel) and end (false).

        Raises:
            OperationError: there is no such control, or it does not take that.
        """
        self._thread.call(lambda lab: lab.operate(self.name, name, value))

    @property
    def controls(self) -> Mapping[str, str]:
        """What can be operated, with a sentence of help each."""
        return self._thread.call(lambda lab: _helps(lab, self.name))

    @property
    def events(self) -> Mapping[str, str]:
        """What can happen to it, with a sentence of help each."""
        return dict(self._thread.call(lambda lab: lab.device(self.name)).events)

    @property
    def happening(self) -> tuple[str, ...]:
        """The events that last, each with its channel if it has one."""
        return self._look().happening

    @property
    def tally(self) -> Tally:
        """How many replies it has made, and what became of them."""
        return self._thread.call(lambda lab: msgspec.structs.replace(lab.tallies[self.name]))

    @property
    def served(self) -> tuple[Served, ...]:
        """Its latest replies that were sent whole and undamaged, oldest first."""
        return self._thread.call(
            lambda lab: tuple(each for each in lab.recent if each.device == self.name)
        )

    def inject(self, kind: str, **settings: float | str | None) -> InjectionHandle:
        """Put a fault to work; ``settings`` are the fields of ``Fault``, times in seconds.

        Returns when it works, unless it is to begin later (``at``).

        Raises:
            SimulatorError: nothing like that happens to it.
        """

        async def begin(lab: Lab) -> Injection:
            injection = lab.inject(self.name, kind, **settings)
            if not injection.fault.at:
                await injection.began.wait()
            return injection

        return InjectionHandle(self._thread, self._thread.run(begin))

    def _look(self) -> DeviceState:
        return self._thread.call(lambda lab: lab.state(self.name))


def _helps(lab: Lab, device: str) -> dict[str, str]:
    return {name: each.help for name, each in lab.device(device).controls().items()}
