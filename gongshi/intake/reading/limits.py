"""How much of a file is taken, so that no file can use up the machine."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds for one file; sizes in bytes.

    `workbook_bytes` holds for spreadsheets, `text_bytes` for CSV.
    `unpacked_bytes` and `unpacked_ratio` bound what a zipped spreadsheet may
    inflate to; the ratio counts from 64 MiB on, as small files pack better.
    `block_bytes` are read of a text at once, parts have some `part_rows` records.
    `cells` bounds rows times columns of the used area of all sheets together.
    """

    workbook_bytes: int = 200 * MIB
    text_bytes: int = 1024 * MIB
    unpacked_bytes: int = 1280 * MIB
    unpacked_ratio: int = 200
    rows: int = 1_048_576
    columns: int = 256
    sheets: int = 50
    cells: int = 32_000_000
    row_bytes: int = 16 * MIB
    block_bytes: int = 8 * MIB
    part_rows: int = 100_000


DEFAULT = Limits()


def upload_limits(file_bytes: int) -> Limits:
    """Return the limits for a file that is received: its size is the system's setting.

    What a file may unpack to stays as it is, whatever its size.
    """
    return Limits(workbook_bytes=file_bytes, text_bytes=file_bytes)
