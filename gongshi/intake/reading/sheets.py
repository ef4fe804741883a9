"""What reading yields: recognised sheets in parts, and findings about the file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from gongshi.domain.findings import Severity
from gongshi.domain.standards import Field, Form


@dataclass(frozen=True, kw_only=True)
class HeaderMatch:
    """A header recognised as that of a form.

    `columns` gives the 0-based position in the sheet by our field name,
    `unrecognised` and `repeated` the other headed columns with their text,
    `missing` the required fields that have no column. `header_row` is the last
    row of the header, 1-based as the spreadsheet shows it; records follow. `head`
    has the cells of all rows down to it, titles included.
    """

    form: Form
    columns: Mapping[str, int]
    unrecognised: tuple[tuple[int, str], ...]
    repeated: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]
    header_row: int
    head: tuple[tuple[str | None, ...], ...] = ()

    @property
    def recognised(self) -> Iterator[tuple[Field, int]]:
        """The form's fields that have a column, with the column's position."""
        for field in self.form.fields:
            if field.name in self.columns:
                yield field, self.columns[field.name]


@dataclass(frozen=True, kw_only=True)
class SheetPart:
    """A bounded piece of one recognised sheet.

    `frame`: `row` UInt32 as the spreadsheet shows it, then one String column per
    recognised field and `extra.<position>` per unrecognised column; cells stand as
    in the file but without surrounding white space, null where empty; empty rows
    are left out. `lost` (row UInt32, field String): identifiers held as numbers
    too long to be exact. `problems` (FINDING_SCHEMA): rows with too many cells,
    formulas without a value.
    """

    sheet: str
    match: HeaderMatch
    frame: pl.DataFrame
    lost: pl.DataFrame
    problems: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file opened for reading.

    `problems` (FINDING_SCHEMA) are about the file and its columns. `parts` can be
    gone through once; it raises CannotRead where the rest of a file is unusable.
    `count` says about how many records there are: a little more where rows are
    empty or texts have line breaks.
    """

    problems: pl.DataFrame
    parts: Iterator[SheetPart]
    count: Callable[[], int]

    @property
    def has_errors(self) -> bool:
        """Whether a finding about the file or its columns is an error."""
        return bool((self.problems.get_column("severity") == Severity.ERROR).any())
