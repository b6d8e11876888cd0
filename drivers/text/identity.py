"""What an instrument says it is, against what its profile expects."""

import re
from collections.abc import Mapping

from drivers.errors import DeviceError, IdentityError
from drivers.model import Identity
from drivers.text.keys import Identify
from drivers.text.shape import Answer, show


class Expectation:
    """The patterns the fields of an identity must match, ready for use."""

    def __init__(self, identify: Identify | None) -> None:
        self._patterns: dict[str, re.Pattern[str]] = {}
        if identify:
            self._patterns = {field: re.compile(text) for field, text in identify.expect.items()}

    def check(self, fields: Mapping[str, str], *, whole: bool) -> None:
        """Compare; with ``whole`` an expected field that is missing is wrong, too.

        Raises:
            IdentityError: another instrument answers.
        """
        for field, pattern in self._patterns.items():
            said = fields.get(field)
            if said is None and not whole:
                continue
            if said is None or not pattern.fullmatch(said):
                found = "nothing" if said is None else show(said)
                raise IdentityError(f"{field}: expected {pattern.pattern!r}, found {found}")


def fields_of(answer: Answer) -> dict[str, str]:
    """The fields of an identity that a reply states."""
    names = Identity.__struct_fields__
    return {name: text.strip() for name, text in answer.fields.items() if name in names and text}


def refuse_status(answer: Answer, query: str) -> None:
    """Refuse a reply that stands for a status where an identity was asked for.

    Raises:
        DeviceError: it is one.
    """
    if answer.status is not None:
        raise DeviceError(f"{query}: the instrument answers {show(answer.text)}: {answer.status}")
