"""What can go wrong with an export, apart from reading the journal."""

from daq.errors import DaqError


class ExportError(DaqError):
    """The export cannot be written; the text says where and why."""


class MissingExtraError(ExportError):
    """The format needs a package that is not installed; the text says how to get it."""
