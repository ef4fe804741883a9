"""Which addresses a unit's publication site can have: they are published as links."""

from urllib.parse import urlsplit

_NEVER = frozenset("<>\"'\\")


def is_site_address(text: str) -> bool:
    """Say whether it is a whole http(s) address of a host with a dot and nobody's name.

    The port, where there is one, is from 1 to 65535; nothing in it is unseen.
    """
    if not text.isprintable() or any(c.isspace() or c in _NEVER for c in text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    labels = (parts.hostname or "").removesuffix(".").split(".")
    return (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and port != 0
        and len(labels) > 1
        and all(labels)
    )
