"""Takes what is secret of an address out of a text that people read. Pure."""

import re
from urllib.parse import quote, unquote, urlsplit

SHORTEST = 4
"""Characters of a part that is looked for; a shorter one is in every word."""

HOSTS = frozenset({"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms"})
"""Ways whose URL begins with the host it says; with others that place is a token."""

_PARTS = re.compile(r"[/:@?&=;,#]+")


def conceal(text: str, url: str, *, hosts: bool = True) -> str:
    """The text without the URL and its parts but for the host, with ``***`` in their place.

    ``hosts`` is False where the URL is not understood, and so nothing of it is known.
    """
    shown = _shown(url) if hosts else frozenset[str]()
    parts = {part for part in _PARTS.split(url) if len(part) >= SHORTEST}
    forms = {form for part in parts for form in (part, unquote(part), quote(unquote(part)))}
    for form in sorted({url, *forms}, key=len, reverse=True):
        if len(form) >= SHORTEST and not any(form in seen for seen in shown):
            text = text.replace(form, "***")
    return text


def _shown(url: str) -> frozenset[str]:
    """What of a URL may be seen."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in HOSTS else None
        port = parts.port
    except ValueError:
        return frozenset()
    return frozenset(filter(None, (parts.scheme, host, str(port or ""))))
