"""Why a store could not be replaced."""


class CannotReplace(Exception):
    """The old store stays as it is; `code` says why.

    Codes: `already-running` (another process makes a new store), `busy` (the old one
    was read or written all the time).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
