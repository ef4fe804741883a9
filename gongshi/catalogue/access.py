"""What of the catalogues a user may see and edit: the only way that pages fetch them."""

from django.http import Http404

from gongshi.accounts.access import Reader, get_unit, visible
from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, VersionState


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
        Http404: nothing is, or the user may not know of it.
    """
    unit = get_unit(user, code, permission)
    drafts = CatalogueVersion.objects.filter(unit=unit, state=VersionState.DRAFT)
    return _found(drafts.first(), unit)


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
