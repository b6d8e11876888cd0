"""What goes wrong with the page, apart from reading the journal."""

from daq.errors import DaqError


class WebError(DaqError):
    """The page cannot be served; the text says why and what to do."""


class BusyError(WebError):
    """More is asked of the page than it does at a time; later it may."""


class WrongLinkError(WebError):
    """A link asks for what there is not; the text says what, for whoever follows it."""
