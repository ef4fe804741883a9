"""`make bench`: run all benchmarks, or those named on the command line."""

import sys
from collections.abc import Callable, Mapping

from benchmarks import (
    form,
    office,
    pages,
    publish,
    search,
    search_pages,
    search_rebuild,
    validate,
)

_ALL: Mapping[str, Callable[[], None]] = {
    "csv": validate.csv_figures,
    "xlsx": validate.xlsx_figures,
    "publish": publish.figures,
    "form": form.figures,
    "office": office.figures,
    "pages": pages.figures,
    "search": search.figures,
    "search_pages": search_pages.figures,
    "rebuild": search_rebuild.figures,
}

for name in sys.argv[1:] or _ALL:
    _ALL[name]()
