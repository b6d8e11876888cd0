"""What a profile asks, made ready for the line: bytes to send, patterns to expect."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from drivers.driver import Exchange
from drivers.errors import ProfileError
from drivers.model import Status
from drivers.text.ask import Ask, Query, Reply, Stream, Write
from drivers.text.form import ADDRESS, COMMAND, PREFIX, fill, literal
from drivers.text.keys import Line
from drivers.text.rule import StatusRule
from drivers.text.shape import Form, Shape


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A command for an instrument at its address, and the reply it must get.

    ``rest`` is seconds of silence after the reply, ``turnaround`` before it. ``before`` are the
    steps that lead to it, ``silence`` what no reply stands for. Without ``answered`` there is none.
    """

    name: str
    command: str
    data: bytes
    shape: Shape
    timeout: float | None
    turnaround: float
    settle: float
    rest: float
    answered: bool = True
    before: tuple["Request", ...] = ()
    silence: Status | None = None
    once: bool = False
    status: tuple[StatusRule, ...] = ()

    @property
    def steps(self) -> tuple["Request", ...]:
        """What is exchanged, in order."""
        return (*self.before, self)

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """What this costs on the line in each scan, for planning."""
        return [
            Exchange(len(step.data), step.shape.longest, step.turnaround + step.rest)
            for step in (() if self.once else self.steps)
        ]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What an instrument says unasked: a line is old after ``stale`` seconds."""

    name: str
    shape: Shape
    ignored: tuple[re.Pattern[str], ...]
    stale: float
    silence: Status | None
    status: tuple[StatusRule, ...]

    exchanges: ClassVar[tuple[Exchange, ...]] = ()
    """It costs the line nothing that could be planned."""

    def ignores(self, text: str) -> bool:
        """True for a line that is no reading."""
        return any(pattern.fullmatch(text) for pattern in self.ignored)


class Speaker(msgspec.Struct, frozen=True):
    """Makes requests of what a profile asks, for an instrument at its address."""

    line: Line
    address: str

    def query(self, name: str, query: Query) -> Request:
        """Put a query, the line's habits and the address together.

        Raises:
            ProfileError: the command cannot be encoded, or a pattern is wrong with this address.
        """
        path = f"query.{name}"
        steps = (self._request(name, f"{path}.before", step) for step in query.before)
        return msgspec.structs.replace(
            self._request(name, path, query),
            before=tuple(steps),
            silence=query.silence,
            once=query.once,
            status=query.status,
        )

    def stream(self, name: str, stream: Stream) -> Source:
        """A stream; raises as ``query``."""
        return Source(
            name=name,
            shape=self.shape(f"stream.{name}", stream),
            ignored=tuple(map(re.compile, stream.ignore)),
            stale=stream.stale,
            silence=stream.silence,
            status=stream.status,
        )

    def write(self, name: str, write: Write) -> Request:
        """A write; raises as ``query``."""
        made = self._request(name, f"write.{name}", write)
        common = self.line.read_delay if write.reply else self.line.write_delay
        rest = common if write.delay is None else write.delay
        return msgspec.structs.replace(made, rest=rest, answered=bool(write.reply))

    def command(self, command: str) -> Request:
        """A command without reply; raises as ``query``."""
        return self.write(command, Write(send=command))

    def shape(self, path: str, reply: Reply, command: str = "") -> Shape:
        """What replies of these forms look like; raises as ``query``."""
        line = self.line
        checksum = line.checksum if reply.checksum else None
        sent = self.encode(command)
        if checksum and not checksum.outside:
            sent = checksum.seal(sent, b"")
        return Shape(
            forms=tuple(self._forms(path, reply, {**self._fillings, COMMAND: command})),
            foreign=tuple(self._foreign(reply, command)),
            terminator=self.encode(_either(reply.reply_terminator, line.reply_terminator)),
            length=reply.length,
            limit=reply.reply_length,
            lines=reply.lines,
            encoding=line.encoding,
            prompt=self.encode(line.prompt),
            echo=sent if line.echo else b"",
            checksum=checksum if checksum and "reply" in checksum.on else None,
        )

    def _request(self, name: str, path: str, ask: Ask) -> Request:
        line, command = self.line, fill(ask.send, self._fillings)
        data, terminator = (
            self.encode(command),
            self.encode(_either(ask.send_terminator, line.send_terminator)),
        )
        checksum = line.checksum if ask.checksum else None
        sealed = checksum.seal(data, terminator) if checksum else data + terminator
        return Request(
            name=name,
            command=command,
            data=sealed,
            shape=self.shape(path, ask, command),
            timeout=ask.timeout,
            turnaround=ask.turnaround,
            settle=ask.settle,
            rest=line.read_delay,
        )

    @property
    def _fillings(self) -> dict[str, str]:
        prefix = self.line.prefix.replace(ADDRESS, self.address) if self.address else ""
        return {ADDRESS: self.address, PREFIX: prefix}

    def _forms(self, path: str, reply: Reply, fillings: Mapping[str, str]) -> Iterator[Form]:
        try:
            patterns = reply.patterns(literal(fillings))
        except ValueError as error:
            raise ProfileError(f"{path}: {error}") from error
        for pattern, form in zip(patterns, reply.reply, strict=True):
            yield Form(pattern, form.status)

    def _foreign(self, reply: Reply, command: str) -> Iterator[re.Pattern[str]]:
        """The forms that contain an address, with any; none where that would take too long."""
        anyone = f"(?:{self.line.address})"
        prefix = re.escape(self.line.prefix).replace(re.escape(ADDRESS), anyone)
        fillings = {ADDRESS: anyone, PREFIX: prefix, COMMAND: re.escape(command)}
        for form in reply.reply:
            if self.address and (ADDRESS in form.pattern or PREFIX in form.pattern):
                try:
                    yield form.compile(fillings, reply.reply_length)
                except ValueError:
                    continue

    def encode(self, text: str) -> bytes:
        """The bytes of a command.

        Raises:
            ProfileError: it has characters the encoding lacks.
        """
        try:
            return text.encode(self.line.encoding)
        except UnicodeEncodeError as error:
            raise ProfileError(f"text.encoding: {text!r}: {error}") from error


def _either(own: str | None, common: str) -> str:
    return common if own is None else own
