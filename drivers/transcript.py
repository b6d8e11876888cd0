"""Plays a profile's transcripts against the real driver: proves a profile with no device.

The line is scripted: it knows what the driver must send and what then comes, gives the bytes one
at a time (so that a reply is never recognised too early), and takes no time. Silence ends at
once, as its deadline would.
"""

import math
import time
from collections.abc import Sequence
from typing import TypeAlias

from drivers.errors import DriverError, ProfileError
from drivers.model import Identity, Sample, Status, Value
from drivers.profile import Profile, Transcript
from drivers.registry import build_driver
from drivers.transport.link import Link
from drivers.transport.reply import Arrival, Expected, Listener, Reply, Settings

Outcome: TypeAlias = Sample | Identity | DriverError

PRECISION = 1e-6
"""Relative; a 32-bit float holds seven digits."""


class TranscriptError(ProfileError):
    """The driver does not do what a transcript says."""


class ScriptedLink(Link):
    """A line on which one exchange after the other goes as written."""

    def __init__(self, steps: Sequence[tuple[bytes, bytes]]) -> None:
        super().__init__("transcript", Settings())
        self.wrong = ""
        self._listener: Listener | None = None
        self._steps = list(steps)

    @property
    def closed(self) -> bool:
        """Never."""
        return False

    @property
    def left(self) -> Sequence[tuple[bytes, bytes]]:
        """Steps that did not take place."""
        return self._steps

    async def exchange(
        self,
        request: bytes,
        expected: Expected,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - of the protocol; nothing waits here
        silence: float = 0.0,
    ) -> Reply:
        """Compare the request with the script, and find the reply in what it says comes.

        Raises:
            TranscriptError: another request than the script says.
            DriverError: what comes is no reply.
        """
        del timeout, silence
        buffer = bytearray()
        for byte in self._step(request):
            buffer.append(byte)
            found = expected.find(buffer)
            if found is not None:
                return Reply(bytes(buffer[found[0] : found[1]]), time.time_ns())
        raise expected.explain(bytes(buffer))

    async def send(self, request: bytes, *, regardless: bool = False) -> None:
        """Compare a command without reply with the script.

        Raises:
            TranscriptError: another command than the script says.
        """
        del regardless
        self._step(request)

    @property
    def listener(self) -> Listener | None:
        """Hears what the script says comes unasked."""
        return self._listener

    def listen(self, listener: Listener) -> None:
        """Nothing takes time here, so nothing can be read late."""
        self._listener = listener

    async def heard(self, wait: float) -> bool:
        """Let the listener hear what a step that sends nothing says comes; silence where none is.

        It comes after a pause, so it begins with a whole line.
        """
        del wait
        if not self._steps or self._steps[0][0] or self.listener is None:
            return False
        received = self._step(b"")
        pauses = (math.inf, *[0.0] * len(received))
        heard = [
            self.listener.hear(bytes([byte]), Arrival(time.time_ns(), pause))
            for byte, pause in zip(received, pauses, strict=False)
        ]
        return any(heard)

    async def drain(self, quiet: float | None = None) -> bytes:
        """Nothing more comes than what the script says."""
        del quiet
        return b""

    def _step(self, request: bytes) -> bytes:
        sent, received = self._steps.pop(0) if self._steps else (b"nothing more", b"")
        if request != sent:
            self.wrong = f"sent {request!r}, but the transcript has {sent!r}"
            raise TranscriptError(self.wrong)
        return received


async def play(profile: Profile, transcript: Transcript) -> None:
    """Play one transcript.

    Raises:
        TranscriptError: the driver sends something else, or decodes something else.
    """
    link = ScriptedLink(transcript.pairs)
    outcomes = await _operate(profile, transcript, link)
    problems = [link.wrong] if link.wrong else [*_compare(transcript, outcomes), *_unused(link)]
    if problems:
        raise TranscriptError(f"{profile.name}: {transcript.title}: {'; '.join(problems)}")


async def failures(profile: Profile) -> list[str]:
    """What goes wrong in a profile's transcripts; empty when all is well."""
    found: list[str] = []
    for transcript in profile.transcript:
        try:
            await play(profile, transcript)
        except TranscriptError as error:
            found.append(str(error))
    return found


async def _operate(profile: Profile, transcript: Transcript, link: Link) -> list[Outcome]:
    """Identify, read, or both; the last outcome may be an error."""
    outcomes: list[Outcome] = []
    try:
        driver = build_driver(profile, unit=transcript.unit, address=transcript.address)
        if transcript.operation == "identify":
            outcomes.append(await driver.identify(link))
        if transcript.operation == "read" or transcript.read_channels:
            outcomes.append(await driver.read(link, driver.plan(transcript.read_channels)))
    except DriverError as error:
        outcomes.append(error)
    return outcomes


def _compare(transcript: Transcript, outcomes: Sequence[Outcome]) -> list[str]:
    last = outcomes[-1]
    if isinstance(last, DriverError):
        if transcript.error and last.status is Status.from_reason(transcript.error):
            return []
        return [f"{transcript.error or 'no error'} expected, but: {last} ({last.status})"]
    if transcript.error:
        return [f"{transcript.error} expected, but: {last}"]
    return [problem for outcome in outcomes for problem in _differences(transcript, outcome)]


def _differences(transcript: Transcript, outcome: Outcome) -> list[str]:
    if isinstance(outcome, Identity):
        return _compare_identity(transcript, outcome)
    return _compare_sample(transcript, outcome) if isinstance(outcome, Sample) else []


def _compare_identity(transcript: Transcript, found: Identity) -> list[str]:
    wanted = Identity(**transcript.identity)
    return [] if found == wanted else [f"expected {wanted}, found {found}"]


def _compare_sample(transcript: Transcript, sample: Sample) -> list[str]:
    problems: list[str] = []
    readings = zip(transcript.read_channels, sample.values, sample.statuses, strict=True)
    for name, value, status in readings:
        wanted = transcript.values.get(name)
        reason = Status.from_reason(transcript.statuses.get(name, "good"))
        if not _same(value, wanted) or status is not reason:
            problems.append(f"{name}: expected {wanted!r} ({reason}), found {value!r} ({status})")
    return problems


def _same(value: Value, wanted: Value) -> bool:
    if isinstance(value, (int, float)) and isinstance(wanted, (int, float)):
        alike = isinstance(value, bool) == isinstance(wanted, bool)
        return alike and math.isclose(value, wanted, rel_tol=PRECISION)
    return value == wanted


def _unused(link: ScriptedLink) -> list[str]:
    return [f"not sent: {sent!r}" for sent, _ in link.left]
