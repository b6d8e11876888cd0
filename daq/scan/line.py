"""The line a scan asks over, opened when needed; it remembers what was heard."""

from daq.scan.bounds import Bounds
from daq.scan.finding import Findings, Heard
from daq.scan.place import Place
from daq.scan.question import QuestionLink
from drivers.transport.reply import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp

TALKING = 2.0
"""Seconds to wait for a line to fall silent; longer is an instrument that talks all the time."""

MOST_HEARD = 20
"""Answers nobody understands that are reported; a wrong speed can give any number of them."""

SHOWN = 60
"""Bytes shown of what was heard."""

TEXTUAL = 0.8
"""Share of printable characters above which bytes are shown as text."""


class Line:
    """One setting of the line. A connection that the other side ends is made anew."""

    def __init__(
        self, place: Place, serial: SerialSettings | None, bounds: Bounds, findings: Findings
    ) -> None:
        self.serial = serial
        self.findings = findings
        self.heard = bytearray()
        self._place = place
        self._settings = Settings(
            timeout=bounds.timeout, quiet=bounds.quiet, drain_limit=TALKING + bounds.quiet
        )
        self._link: QuestionLink | None = None

    async def open(self) -> QuestionLink:
        """The open link.

        Raises:
            OpenFailedError: the port or address cannot be opened.
        """
        if self._link is None or self._link.closed:
            await self.close()
            self._link = await self._opened()
        return self._link

    async def close(self) -> None:
        """Close the line; the next ``open`` opens it anew."""
        if self._link is not None:
            link, self._link = self._link, None
            await link.close()

    def forget(self) -> None:
        """Forget what was heard: a new question begins."""
        self.heard.clear()

    def report(self, question: bytes) -> None:
        """What was heard is no answer that any profile explains."""
        answer = bytes(self.heard).replace(question, b"", 1)  # some adapters echo
        heard = self.findings.heard
        entry = Heard(serial=self.serial, question=_shown(question), answer=_shown(answer))
        known = {(each.serial, each.answer) for each in heard}
        if answer and (entry.serial, entry.answer) not in known and len(heard) < MOST_HEARD:
            heard.append(entry)

    async def _opened(self) -> QuestionLink:
        made: list[QuestionLink] = []

        def make(name: str, settings: Settings) -> QuestionLink:
            made.append(QuestionLink(name, settings))
            made[0].tap = self._hear
            return made[0]

        name = str(self._place)
        if self.serial is not None:
            await open_serial(self._place.port, self.serial, self._settings, name, make=make)
        else:
            await open_tcp(*self._place.host_port, self._settings, name, make=make)
        return made[0]

    def _hear(self, direction: str, data: bytes) -> None:
        if direction == "rx":
            self.heard += data
            del self.heard[:-4096]


def _shown(data: bytes) -> str:
    """Bytes as text where they are text, else in hex."""
    cut, more = data[:SHOWN], " ..." if len(data) > SHOWN else ""
    text = cut.decode("latin-1")
    printable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return (repr(text) if printable > TEXTUAL * len(text) else cut.hex(" ")) + more
