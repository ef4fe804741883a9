"""`make bench`: run all benchmarks, or those named on the command line."""

import sys
from collections.abc import Callable, Mapping

from benchmarks import form, office, pages, publish, search, validate

_ALL: Mapping[str, Callable[[], None]] = {
    "csv": validate.csv_figures,
    "xlsx": validate.xlsx_figures,
    "publish": publish.figures,
    "form": form.figures,
    "office": office.figures,
    "pages": pages.figures,
    "search": search.figures,
}

for name in sys.argv[1:] or _ALL:
    _ALL[name]()
