"""What of a message is counted while alarms flood, and what is named all the same. Pure."""

from collections.abc import Sequence

from daq.notification.matter import ALARM, NOT_TAKEN, Matter
from daq.notification.recipient import Policy, Recipient

FEW = 3
"""New alarms that are named even so: to who has no more of them it is no flood."""


def parted(
    policy: Policy, who: Recipient, matters: Sequence[Matter]
) -> tuple[list[Matter], list[Matter]]:
    """What is named, in its order, and what is counted, the oldest first.

    Critical alarms are named, and so is what tells of the flood, and how it went on with what
    somebody knows by its name.
    """
    new = [matter for matter in matters if _is_new(policy, who, matter)]
    if len(new) <= FEW:
        return list(matters), []
    counted = {matter.seq for matter in new}
    named = [matter for matter in matters if matter.seq not in counted]
    return named, sorted(new, key=lambda matter: (matter.since, matter.seq))


def _is_new(policy: Policy, who: Recipient, matter: Matter) -> bool:
    return (
        matter.kind == ALARM
        and matter.rank > 0
        and matter.stage in NOT_TAKEN
        and who.name not in matter.told
        and matter.subject not in policy.floods
    )
