"""In which form a store keeps its search index; one of an older form finds less.

An upgrade may write what is searched in another way. What a store took before then
stays as it was written: it has to be made again from the feed.
"""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Warning
from django.db import Error, connections

from gongshi.portal.models import Cursor, StoreFormat
from gongshi.portal.replaced import path_of
from gongshi.portal.store import STORE

# Raised whenever `search/` or `domain.search_text` write something else of a record.
INDEX_FORMAT = 1
_INDEX = "search-index"

OLDER = "The public store was filled by an earlier version; searches miss some of its records."
REMEDY = (
    "Run 'gongshi rebuild_portal' where the registry is; the store is read meanwhile."
)


def note_format() -> None:
    """Note that the store's index is of the present form; for a store still empty."""
    StoreFormat.objects.using(STORE).update_or_create(
        name=_INDEX, defaults={"number": INDEX_FORMAT}
    )


def index_state() -> str:
    """Return `ok`, or what is to be done, for those who watch the system."""
    return "ok" if is_current() else f"{OLDER} {REMEDY}"


def is_current() -> bool:
    """Say whether all that the store has taken is found; an empty one has no form yet."""
    formats = StoreFormat.objects.using(STORE)
    if formats.filter(name=_INDEX, number=INDEX_FORMAT).exists():
        return True
    return not Cursor.objects.using(STORE).exists()


def check_format(*, app_configs: object, **options: object) -> Sequence[CheckMessage]:
    """Warn, whatever command is run, of a store that has to be made again."""
    if not _is_there():
        return []
    try:
        is_fine = is_current()
    except Error:
        return []  # not reached, or not migrated: whoever needs the store says so
    return [] if is_fine else [Warning(OLDER, hint=REMEDY, id="portal.W001")]


def _is_there() -> bool:
    """Say whether asking makes nothing: SQLite would make the file that is missing."""
    connection = connections[STORE]
    if connection.vendor != "sqlite":
        return True
    path = path_of(str(connection.settings_dict["NAME"]))
    return path.is_file() and path.stat().st_size > 0
