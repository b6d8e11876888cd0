"""The root of what this package raises on purpose."""


class DaqError(Exception):
    """An expected failure whose text says where, what, and what to do.

    ``exit_code`` is what the command line ends with: 1 failed, 3 the configuration is wrong,
    4 the daemon or an instrument does not answer. ``advice`` is what to do where the text, which
    also goes into logs and events, does not say: a command prints it below.
    """

    exit_code = 1
    advice = ""
