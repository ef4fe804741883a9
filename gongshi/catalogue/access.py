"""What of the catalogues a user may see and edit: the only way that pages fetch them."""

from django.http import Http404

from gongshi.accounts.access import Reader, get_unit, visible
from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, VersionState


class NoDraft(Exception):
    """Nothing is drafted for the unit, or no more: it was approved or discarded."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(unit.code)
        self.unit = unit


def get_version(
    user: Reader,
    code: str,
    number: int,
    permission: Permission = Permission.CATALOGUE_READ,
) -> CatalogueVersion:
    """Return one version of the unit's catalogue.

    Raises:
        Http404: it does not exist, or the user may not know of it.
    """
    unit = get_unit(user, code, permission)
    return _found(
        CatalogueVersion.objects.filter(unit=unit, number=number).first(), unit
    )


def get_draft(
    user: Reader, code: str, permission: Permission = Permission.CATALOGUE_EDIT
) -> CatalogueVersion:
    """Return what is being drafted for the unit.

    Raises:
        Http404: the user may not know of the unit.
        NoDraft: nothing is drafted for it.
    """
    unit = get_unit(user, code, permission)
    drafts = CatalogueVersion.objects.filter(unit=unit, state=VersionState.DRAFT)
    draft = drafts.first()
    if draft is None:
        raise NoDraft(unit)
    return _found(draft, unit)


def get_item(
    user: Reader, key: int, permission: Permission = Permission.CATALOGUE_READ
) -> CatalogueItem:
    """Return one item of one version.

    Raises:
        Http404: it does not exist, or the user may not know of it.
    """
    items = CatalogueItem.objects.select_related("version__unit", "entrusted_to")
    item = visible(items, user, permission, path="version__unit").filter(pk=key).first()
    if item is None:
        raise Http404
    return item


def _found(version: CatalogueVersion | None, unit: Unit) -> CatalogueVersion:
    if version is None:
        raise Http404
    version.unit = unit
    return version
