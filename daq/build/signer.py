"""From the configuration to the key that signs packs and archives: that of checkpoints."""

from pathlib import Path

from daq.config.config import Config
from daq.evidence.errors import EvidenceError
from daq.evidence.seal import Signer
from drivers.files import read_bounded

LONGEST = 16_384
"""Bytes a file with a key may have."""


def signer_of(config: Config, key: Path | None) -> Signer | None:
    """The key in a file, or else that of the station; None where neither is given.

    Raises:
        EvidenceError: the file cannot be read, or what signs is not installed.
        SecretError: the station's key cannot be read.
        KeyFileError: it is no key.
    """
    if key is None and config.journal.signing_key is None:
        return None
    try:
        from daq.journal.chain.keys import SigningKey  # noqa: PLC0415 - 30 ms of imports
    except ImportError as error:
        raise EvidenceError(
            "signing needs cryptography, which is not there: pip install 'lab-daq[evidence]'"
        ) from error
    if key is not None:
        return SigningKey(_text(key), str(key))
    assert config.journal.signing_key is not None  # noqa: S101 - said above
    return SigningKey(config.journal.signing_key.content(), "[journal] signing_key")


def _text(path: Path) -> str:
    try:
        return read_bounded(path, LONGEST).decode("utf-8", "replace")
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}; name the file of the key") from error
