"""What this package raises."""

from collections.abc import Iterable

from daq.errors import DaqError
from drivers.tomlfile import Problem


class ConfigError(DaqError):
    """The configuration is wrong; says everything that is, one problem per line."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class SecretError(DaqError):
    """A secret cannot be read; the text names where it was looked for, never what it is."""

    exit_code = 3
