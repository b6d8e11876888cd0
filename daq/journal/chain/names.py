"""What the files are called in which checkpoints are kept elsewhere."""

from daq.journal.chain.checkpoint import CheckpointError, parse
from daq.journal.chain.kept import Kept


def file_name(kept: Kept, suffix: str = ".txt") -> str:
    """``checkpoint-1b4e28ba-000000012345.txt``: part of the journal's UUID, the event's number."""
    try:
        station = parse(kept.text).station[:8]
    except CheckpointError:
        station = "unknown"
    return f"checkpoint-{station}-{kept.seq:012d}{suffix}"
