"""Readings of the journal as files other programs read. See docs/reference/export.md."""

from daq.export.errors import ExportError, MissingExtraError
from daq.export.export import Format, export

__all__ = ["ExportError", "Format", "MissingExtraError", "export"]
