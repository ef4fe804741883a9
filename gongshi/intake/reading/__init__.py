"""Reading of submitted files: tolerant of form, bounded in memory, pure of Django.

A file of any readable kind becomes sheets in parts of some 100,000 rows with our
own column names; what is wrong with the file comes back as findings.
"""

from gongshi.intake.reading.limits import DEFAULT, Limits, upload_limits
from gongshi.intake.reading.problems import CannotRead, in_language
from gongshi.intake.reading.reader import read
from gongshi.intake.reading.rows import Document, read_document, reading_of
from gongshi.intake.reading.sheets import HeaderMatch, Reading, SheetPart
from gongshi.intake.reading.workbooks import INSTRUCTIONS

__all__ = [
    "DEFAULT",
    "INSTRUCTIONS",
    "CannotRead",
    "Document",
    "HeaderMatch",
    "Limits",
    "Reading",
    "SheetPart",
    "in_language",
    "read",
    "read_document",
    "reading_of",
    "upload_limits",
]
