"""What vouches for the journal: whether it is there, and can be done at all."""

from collections.abc import Iterator
from importlib.util import find_spec

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.secret import secrets_in

SIGNING, STAMPING = "cryptography", "rfc3161_client"


def check_chain(parts: Parts) -> Iterator[Finding]:
    """Check the keys of ``[journal]`` that are about checkpoints."""
    journal = parts.journal
    if journal is None:
        return
    for path, secret in secrets_in(journal, ("journal",)):
        if remark := secret.remark():
            yield Finding(path, remark, warning=True)
    for key, library in (("signing_key", SIGNING), ("timestamp_url", STAMPING)):
        if getattr(journal, key) is not None and find_spec(library) is None:
            text = f"needs the package {library.replace('_', '-')}, which is not installed"
            yield Finding(("journal", key), text, "pip install 'lab-daq[sign]'")
    if journal.deposit is not None and not journal.deposit.is_dir():
        text = f"{journal.deposit} is no folder that is there now"
        yield Finding(("journal", "deposit"), text, warning=True)
