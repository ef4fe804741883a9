"""Seals what must not be read at rest: AES-256-GCM with named keys.

A sealed value is one byte with the length of the key's id, the id, 12 bytes of
nonce, then ciphertext and tag. The place where the value is stored (its
`context`) is authenticated with it, so that a value moved to another row does
not open. The first key of the settings seals, all of them open.
"""

import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The value is damaged, belongs elsewhere, or its key is gone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # unknown-key | damaged


def seal(plain: bytes, *, context: bytes) -> bytes:
    """Return the bytes sealed with the current key."""
    key_id, key = settings.FIELD_KEYS[0]
    name = key_id.encode()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(key).encrypt(nonce, plain, context)
    return bytes([len(name)]) + name + nonce + sealed


def unseal(sealed: bytes, *, context: bytes) -> bytes:
    """Return the bytes that were sealed for this context.

    Raises:
        CannotUnseal: `unknown-key` where the key is no longer in the settings,
            `damaged` where the value or its context was changed.
    """
    length = sealed[0] if sealed else 0
    keys = {name.encode(): key for name, key in settings.FIELD_KEYS}
    key = keys.get(sealed[1 : 1 + length])
    if key is None:
        raise CannotUnseal("unknown-key")
    rest = sealed[1 + length :]
    try:
        return _cipher(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], context)
    except InvalidTag as error:
        raise CannotUnseal("damaged") from error


def is_current(sealed: bytes) -> bool:
    """Say whether the value was sealed with the current key."""
    name = settings.FIELD_KEYS[0][0].encode()
    return sealed.startswith(bytes([len(name)]) + name)


def reseal(sealed: bytes, *, context: bytes) -> bytes:
    """Return the same plain bytes sealed with the current key."""
    return seal(unseal(sealed, context=context), context=context)


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
