"""How many examples a property is tried with."""

from hypothesis import settings

_THOROUGH = 100
"""What the profile ``thorough`` tries of a property that says nothing."""


def examples(thorough: int) -> settings:
    """So many in a thorough run, in a quick one as much fewer as of the other properties."""
    share = settings().max_examples / _THOROUGH
    return settings(deadline=None, max_examples=max(1, round(thorough * share)))
