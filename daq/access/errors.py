"""What goes wrong with users and signatures."""

from daq.errors import DaqError


class AccessError(DaqError):
    """The root of what this package raises."""


class UsersFileError(AccessError):
    """The file of users cannot be read or written, or is wrong; says where and what."""

    exit_code = 3


class NotPossibleError(AccessError):
    """This cannot be done with this user; the text says why."""


class WeakPasswordError(AccessError):
    """A password that is not good enough; the text says what it needs."""


class NotProvedError(AccessError):
    """Somebody is not who they say, or that cannot be found out now."""


class NotSignedError(AccessError):
    """A record cannot be signed so; the text says why."""
