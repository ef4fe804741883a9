"""By what a natural person's record is found: the whole name with the whole number.

Neither part alone, nor a part of one, leads anywhere, so nobody can list people.
"""

from hmac import digest

from gongshi.domain.search_text import SEPARATOR, normalise


def person_key(name: str, decision_number: str, *, key: bytes) -> str:
    """Return the keyed SHA-256 of a person's full name and a decision number.

    Both in the form that search compares, so that brackets, widths and white space
    do not matter. `key` is a secret of the registry and the portal: without it a
    name could be guessed from the number, which is public.
    """
    text = f"{normalise(name)}{SEPARATOR}{normalise(decision_number)}"
    return digest(key, text.encode(), "sha256").hex()
