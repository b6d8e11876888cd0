"""Parquet: a row for each reading, in typed columns."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from daq.export.arrow import Counted, load
from daq.export.rows import Rows
from daq.journal.entry import Scan
from drivers.model import Value

ROWS_IN_GROUP = 131_072
"""Readings held in memory at a time."""

_INTEGER_BITS = 63

Number = tuple[float | None, int | None, str | None]


class ParquetWriter:
    """Columns as in CSV, and ``site``; a value is in up to three columns of its own type.

    ``value`` (float64) has every number, true as 1 and false as 0; ``integer`` (int64) has
    integers exactly; ``text`` has texts, and integers beyond 64 bits. ``uncorrected``,
    ``uncertainty`` and ``certificate`` are of channels under a certificate. ``metadata`` goes into
    the schema.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """

    def __init__(
        self,
        stream: BinaryIO,
        station: str,
        evaluation: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._evaluation, self._rows = evaluation or None, Rows()
        self._arrow = load("pyarrow")
        told = {"lab-daq.station": station, **(metadata or {})}
        self._schema = _schema(self._arrow, told)
        self._stream = Counted(stream)
        self._writer: Any = load("pyarrow.parquet").ParquetWriter(self._stream, self._schema)
        self._columns: tuple[list[Any], ...] = tuple([] for _ in self._schema)

    def write(self, scan: Scan) -> None:
        """A row for each channel; written when a row group is complete."""
        key, count = scan.series.key, len(scan.values)
        for column, fixed in (
            (0, scan.time),
            (1, key.site),
            (2, key.instrument),
            (3, key.group),
            (10, key.asset),
            (11, scan.seq),
            (15, self._evaluation),
        ):
            self._columns[column].extend([fixed] * count)
        for one in self._rows.of(scan):
            channel = one.channel
            varying = (channel.name, *_typed(one.value), channel.unit, one.quality)
            for column, content in enumerate(varying, 4):
                self._columns[column].append(content)
            certified = (_typed(one.uncorrected)[0], one.uncertainty, one.certificate or None)
            for column, content in enumerate(certified, 12):
                self._columns[column].append(content)
        if len(self._columns[0]) >= ROWS_IN_GROUP:
            self._write_group()

    def finish(self) -> None:
        """Write the last row group and the footer."""
        if self._columns[0]:
            self._write_group()
        self._writer.close()

    def release(self) -> None:
        """End pyarrow's writer, which would otherwise write its footer when collected."""
        self._stream.discard = True
        self._writer.close()

    def _write_group(self) -> None:
        arrays = [
            self._arrow.array(column, type=field.type)
            for column, field in zip(self._columns, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        for column in self._columns:
            column.clear()


def _schema(arrow: Any, metadata: Mapping[str, str]) -> Any:  # noqa: ANN401
    words = arrow.dictionary(arrow.int32(), arrow.string())
    fields = [
        ("time", arrow.timestamp("ns", tz="UTC")),
        ("site", words),
        ("instrument", words),
        ("group", words),
        ("channel", words),
        ("value", arrow.float64()),
        ("integer", arrow.int64()),
        ("text", arrow.string()),
        ("unit", words),
        ("quality", words),
        ("asset", words),
        ("seq", arrow.int64()),
        ("uncorrected", arrow.float64()),
        ("uncertainty", arrow.float64()),
        ("certificate", words),
        ("evaluation", words),
    ]
    return arrow.schema(fields, metadata=metadata)


def _typed(value: Value) -> Number:
    if value is None or isinstance(value, float):
        return value, None, None
    if isinstance(value, str):
        return None, None, value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, bool):
        return float(value), None, None
    if value.bit_length() > _INTEGER_BITS:
        return _nearest(value), None, str(value)
    return float(value), value, None


def _nearest(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
