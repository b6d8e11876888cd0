"""Where the daemon of a configuration listens, whatever else is wrong with the file."""

import os
from collections.abc import Mapping
from pathlib import Path

from daq.config.config import ControlConfig, JournalConfig, socket_path
from daq.config.errors import ConfigError
from daq.config.expand import expand
from daq.config.types import Table
from drivers.tomlfile import Document, TomlError


class _Where(Table, frozen=True):
    journal: JournalConfig
    control: ControlConfig


def find_socket(path: Path, *, environ: Mapping[str, str] = os.environ) -> Path:
    """The control socket; looks at no other table than those that name it.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or these tables are wrong.
    """
    try:
        document = Document.read(path)
        tables = {key: document.data.get(key, {}) for key in _Where.model_fields}
        data, _ = expand(tables, environ)
        where = document.model(_Where, data, {"folder": path.absolute().parent})
    except TomlError as error:
        raise ConfigError(error.problems) from error
    return socket_path(where.journal, where.control)
