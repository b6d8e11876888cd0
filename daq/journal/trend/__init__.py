"""Long periods at a glance: summaries kept beside the entries, and buckets made of them."""

from daq.journal.trend.bucket import Bucket, Trend
from daq.journal.trend.span import Part, Span

__all__ = ["Bucket", "Part", "Span", "Trend"]
