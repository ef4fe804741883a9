"""What is asked of a workbook besides its cells' text, whatever its kind."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

Cell = tuple[int, int]  # row as the spreadsheet shows it, 0-based column


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The used area of a sheet.

    `first_column` is the 0-based position of the first column with content, `rows`
    and `columns` reach from row 1 and column A; `errors` are the cells whose formula
    has no value.
    """

    first_column: int = 0
    rows: int = 0
    columns: int = 0
    errors: tuple[Cell, ...] = ()


class Survey(ABC):
    """Looks into a workbook before the spreadsheet reader opens it.

    The reader believes what a file says of itself; what it would do with a forged or
    damaged file is found out here, in bounded memory.
    """

    has_macros = False

    @abstractmethod
    def survey(self, sheet: str) -> Extent:
        """Return a sheet's extent; raises CannotRead where it is beyond the limits."""

    def numbers(self, sheet: str, cells: Sequence[Cell]) -> set[Cell] | None:
        """Return which of the cells hold numbers; None where it cannot tell."""
        return None
