"""The page Prometheus reads: who can reach it, and whether it can be made at all."""

from collections.abc import Iterator
from importlib.util import find_spec

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts

LIBRARY = "prometheus_client"


def check_metrics(parts: Parts) -> Iterator[Finding]:
    """Check ``[metrics]``."""
    if parts.metrics is None or parts.metrics.listen is None:
        return
    if find_spec(LIBRARY) is None:
        text = "needs the package prometheus-client, which is not installed"
        yield Finding(("metrics", "listen"), text, "pip install 'lab-daq[metrics]'")
    if parts.metrics.remote:
        text = "other machines can reach this page, unencrypted and without a password"
        yield Finding(("metrics", "listen"), text, warning=True)
