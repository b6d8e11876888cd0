"""What one key alone cannot show: whether the parts of a configuration fit each other."""

from daq.config.checks.alarms import check_alarms
from daq.config.checks.annunciators import check_annunciators
from daq.config.checks.buses import check_buses
from daq.config.checks.chain import check_chain
from daq.config.checks.clear import check_clear
from daq.config.checks.files import check_files
from daq.config.checks.finding import Finding
from daq.config.checks.health import check_health
from daq.config.checks.incidents import check_incidents
from daq.config.checks.instruments import check_instruments
from daq.config.checks.methods import check_methods
from daq.config.checks.metrics import check_metrics
from daq.config.checks.parts import Parts
from daq.config.checks.programmes import check_programmes
from daq.config.checks.recipients import check_recipients
from daq.config.checks.sharing import check_sharing
from daq.config.checks.usage import check_usage

__all__ = ["Finding", "Parts", "check"]


def check(parts: Parts) -> list[Finding]:
    """Everything that does not fit, in no particular order."""
    checks = (
        check_buses,
        check_instruments,
        check_sharing,
        check_files,
        check_chain,
        check_clear,
        check_metrics,
        check_alarms,
        check_incidents,
        check_methods,
        check_annunciators,
        check_health,
        check_recipients,
        check_programmes,
        check_usage,
    )
    return [finding for one in checks for finding in one(parts)]
