"""Catalogues, valid by default: a version in force since 2016 and its items."""

# The declarations of factory_boy carry no types.
# mypy: disable-error-code="no-untyped-call"

from datetime import date, datetime

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, VersionState
from tests.factories import AT, UnitFactory


class CatalogueVersionFactory(DjangoModelFactory[CatalogueVersion]):
    """A version in force since the beginning of 2016."""

    class Meta:
        model = CatalogueVersion

    unit = SubFactory(UnitFactory)
    number = Sequence(lambda n: n + 1)
    drafted_by = "li"
    drafted_at = AT
    edited_by = ["li"]
    state = VersionState.APPROVED
    effective_from: date | None = date(2016, 1, 1)
    approved_by = "wang"
    approved_at: datetime | None = AT


class DraftFactory(CatalogueVersionFactory):
    """A version that is being drafted."""

    state = VersionState.DRAFT
    effective_from = None
    approved_by = ""
    approved_at = None


class CatalogueItemFactory(DjangoModelFactory[CatalogueItem]):
    """A licence that everybody may apply for."""

    class Meta:
        model = CatalogueItem

    version = SubFactory(CatalogueVersionFactory)
    kind = "licence"
    code = Sequence(lambda n: f"JS320700HB-XK-{n:04}")
    name = "建设项目环境影响评价审批"
    basis = "《中华人民共和国环境影响评价法》第二十二条"
