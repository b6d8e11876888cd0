"""Output formats of a Vaisala transmitter: what FORM takes, and the lines made of it.

Sources: Vaisala, "HMT330 User's Guide" M210566EN-K, page 102, table 27 (modifiers; examples with
"RH=" 4.2 rh U5 #t); "HMP155 User's Guide" M210912EN-C, pages 33 and 34 (FORM alone shows the
format; a length holds until the next one; CS2 and CS4 are sums, CSX an exclusive or of all bytes
of the message so far but "$" and "*"). That x.y is x digits before the point and y behind it agrees
with the default output; stars for a quantity that is not available: PTB330's guide, page 71.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from simulators.device import Value

LONGEST = 73
"""Characters a format may have."""
TOKEN = re.compile(r'"[^"]*"|[#\\]\d{1,3}|[#\\](?:[rR][nN]|[tTrRnN])|\d+\.\d+|[A-Za-z]\w*|\S')
CONTROL = {"T": "\t", "R": "\r", "N": "\n", "RN": "\r\n"}
DOLLAR, STAR = 0x24, 0x2A
PLAIN = (3, 1)
BYTE = 255
WIDEST = 20


class Quantity(msgspec.Struct, frozen=True):
    """What can be sent: its unit, the channel it is, and how it is computed."""

    unit: str
    read: Callable[[], float | None]
    channel: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line that is sent, and the channels it tells."""

    text: str
    values: dict[str, Value]


def checksum(kind: str, text: str) -> str:
    """CS2, CS4 or CSX of a message so far, in hexadecimal digits."""
    data = text.encode("latin-1")
    if kind == "CSX":
        mixed = 0
        for byte in data:
            mixed ^= 0 if byte in {DOLLAR, STAR} else byte
        return f"{mixed:02X}"
    return f"{sum(data) % 256:02X}" if kind == "CS2" else f"{sum(data) % 65536:04X}"


class Form:
    """A format; ``texts`` are the modifiers that stand for words (SN, ADDR, TIME ...)."""

    def __init__(
        self,
        source: str,
        quantities: Mapping[str, Quantity],
        texts: Mapping[str, Callable[[], str]],
    ) -> None:
        self.source = source
        self._quantities = quantities
        self._texts = texts
        self._tokens = [match[0] for match in TOKEN.finditer(source)]

    @property
    def valid(self) -> bool:
        """Whether every part of it is known."""
        return 0 < len(self.source) <= LONGEST and all(map(self._known, self._tokens))

    def render(self) -> Line:
        """The line it makes now."""
        text, values = "", dict[str, Value]()
        size, unit = PLAIN, ""
        for token in self._tokens:
            name = token.upper()
            if re.fullmatch(r"\d+\.\d+", token):
                before, _, behind = token.partition(".")
                size = (int(before), int(behind))
            elif quantity := self._quantities.get(name):
                shown, unit = _digits(quantity.read(), size), quantity.unit
                text += shown
                if quantity.channel:
                    values[quantity.channel] = None if "*" in shown else float(shown)
            elif match := re.fullmatch(r"U(\d?)", name):
                text += unit[: int(match[1])].ljust(int(match[1])) if match[1] else unit
            elif name in {"CS2", "CS4", "CSX"}:
                text += checksum(name, text)
            else:
                text += self._constant(token)
        return Line(text, values)

    def _known(self, token: str) -> bool:
        name = token.upper()
        if name in self._quantities or name in self._texts or token[0] == token[-1] == '"':
            return True
        if re.fullmatch(r"\d+\.\d+", token):
            return sum(map(int, token.split("."))) <= WIDEST
        if token[0] in "#\\" and token[1:].isdecimal():
            return int(token[1:]) <= BYTE
        return bool(re.fullmatch(r"U\d?|CS[24X]|[#\\](RN|[TRN])", name))

    def _constant(self, token: str) -> str:
        if token.startswith('"'):
            return token[1:-1]
        if token.upper() in self._texts:
            return self._texts[token.upper()]()
        code = token[1:]
        return chr(int(code)) if code.isdecimal() else CONTROL[code.upper()]


def _digits(value: float | None, size: tuple[int, int]) -> str:
    before, behind = size
    if value is None:
        return "*" * before + "." + "*" * behind
    return f"{value + 0.0:{before + 1 + behind}.{behind}f}"
