"""The journal beyond its retention: signed Parquet by day (docs/reference/archive.md)."""
