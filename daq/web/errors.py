"""What goes wrong with the page, apart from reading the journal."""

from typing import ClassVar

from markupsafe import Markup, escape

from daq.errors import DaqError
from daq.web.text import Text


class WebError(DaqError):
    """The page cannot be served; the text says why and what to do."""


class ToldError(WebError):
    """Whoever looks is told in their language: ``key`` of the texts' table ``wrong``, and values.

    ``status`` is that of the answer. As a text it is English, for logs.
    """

    status: ClassVar[int] = 500

    def __init__(self, key: str, **values: object) -> None:
        """Take what is told, not how."""
        self.key, self.values = f"wrong.{key}", values
        super().__init__(Text("en")(self.key, **values))


class BusyError(ToldError):
    """More is asked of the page than it does at a time; later it may."""

    status = 503


class WrongLinkError(ToldError):
    """A link asks for what there is not."""

    status = 404


class WrongFormError(ToldError):
    """A form is not complete, or has what it should not have."""

    status = 400


class NotAllowedError(ToldError):
    """Somebody may not do this, not from there, or not yet."""

    status = 403


class NotDoneError(ToldError):
    """What was to be done could not be done now, or not all of it."""

    status = 409


class WrongNameError(ToldError):
    """The page is called by a name that is none of its own."""

    status = 421


class LateError(ToldError):
    """A request did not arrive in time."""

    status = 408


def told(error: Exception, text: Text) -> Markup:
    """What a page says of an error; the words of daemon and journal are English ones."""
    if isinstance(error, ToldError):
        return escape(text(error.key, **error.values))
    return Markup('<span lang="en">{}</span>').format(error)
