"""The catalogue's pages: two people put a version in force, others only look."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.models import Role, Unit
from gongshi.catalogue.models import CatalogueVersion
from gongshi.catalogue.queries import items_in_force
from tests.catalogue.conftest import browser_of, person
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.factories import AT, MembershipFactory, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
HOME = "/office/catalogue/lyg-hbj/"
ITEM = {
    "kind": "licence",
    "code": "JS320700HB-XK-0001",
    "name": "建设项目环境影响评价审批",
    "basis": "《中华人民共和国环境影响评价法》第二十二条",
    "subjects": "legal",
    "is_public": "yes",
    "not_public_reason": "",
    "publish_working_days": "",
    "display_years": "",
    "from_date": "2015-07-01",
    "until_date": "",
    "entrusted_to": "",
}


def draft_of(department: Unit) -> CatalogueVersion:
    """Return the draft as it stands."""
    return CatalogueVersion.objects.get(unit=department, state="draft")


def text(client: Client, path: str, status: int = 200) -> str:
    """Return a page's text."""
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_two_people_put_a_catalogue_in_force(
    drafter: Client, approver: Client, department: Unit
) -> None:
    drafter.post(f"{HOME}draft/begin")
    drafter.post(f"{HOME}draft/add", ITEM)
    drafter.post(f"{HOME}draft/date", {"effective_from": "2016-02-01"})
    page = text(approver, f"{HOME}versions/1/")
    assert "Approve this version" in page

    revision = draft_of(department).revision
    response = approver.post(
        f"{HOME}draft/approve", {"revision": revision}, follow=True
    )

    assert "in force since 2016-02-01" in response.content.decode()
    assert items_in_force(department, AT.date()).get().name == ITEM["name"]


def test_the_drafter_is_offered_no_approval_and_cannot_force_it(
    morning: None, department: Unit
) -> None:
    both = person("li", Role.ENTERER, department)
    MembershipFactory.create(user=both, unit=department, role=Role.REVIEWER)
    client = browser_of(both)
    client.post(f"{HOME}draft/begin")
    client.post(f"{HOME}draft/add", ITEM)
    client.post(f"{HOME}draft/date", {"effective_from": "2016-02-01"})
    page = text(client, f"{HOME}versions/1/")
    assert "Approve this version" not in page
    assert "Another person has to approve it" in page

    revision = draft_of(department).revision
    answer = client.post(f"{HOME}draft/approve", {"revision": revision}, follow=True)

    assert "Another person has to approve it" in answer.content.decode()
    assert not items_in_force(department, AT.date()).exists()


def test_an_approval_of_what_was_changed_since_is_refused(
    drafter: Client, approver: Client, department: Unit
) -> None:
    drafter.post(f"{HOME}draft/begin")
    drafter.post(f"{HOME}draft/add", ITEM)
    drafter.post(f"{HOME}draft/date", {"effective_from": "2016-02-01"})
    seen = draft_of(department).revision
    drafter.post(f"{HOME}draft/add", ITEM | {"code": "2"})

    answer = approver.post(f"{HOME}draft/approve", {"revision": seen}, follow=True)

    assert "changed after you opened it" in answer.content.decode()


def test_an_item_is_changed_and_removed_in_the_draft(
    drafter: Client, department: Unit
) -> None:
    item = CatalogueItemFactory.create(version=DraftFactory.create(unit=department))

    drafter.post(f"/office/catalogue/items/{item.pk}/change", ITEM | {"name": "新名"})
    assert draft_of(department).items.get().name == "新名"
    assert "新名" in text(drafter, f"/office/catalogue/items/{item.pk}/")

    drafter.post(f"/office/catalogue/items/{item.pk}/remove")
    assert not draft_of(department).items.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": ""}, "This field is required"),
        ({"code": "A\n1"}, "Write the code without spaces and line breaks"),
        ({"is_public": "no"}, "Say why this item is not public"),
        ({"until_date": "2015-06-30"}, "The last day lies before the first"),
        ({"display_years": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_item_comes_back_with_what_is_wrong(
    drafter: Client, department: Unit, changes: dict[str, str], said: str
) -> None:
    DraftFactory.create(unit=department)

    response = drafter.post(f"{HOME}draft/add", ITEM | changes)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_day_far_ahead_comes_back(drafter: Client, department: Unit) -> None:
    DraftFactory.create(unit=department)

    response = drafter.post(f"{HOME}draft/date", {"effective_from": "2062-01-01"})

    assert response.status_code == 422
    assert "more than a year ahead" in response.content.decode()
    assert draft_of(department).effective_from is None


def test_a_second_item_of_the_same_code_is_refused(
    drafter: Client, department: Unit
) -> None:
    DraftFactory.create(unit=department)
    drafter.post(f"{HOME}draft/add", ITEM)

    response = drafter.post(f"{HOME}draft/add", ITEM)

    assert response.status_code == 422
    assert "Another item of this kind has this code" in response.content.decode()


def test_an_item_of_an_approved_version_is_not_offered_for_change(
    drafter: Client, department: Unit
) -> None:
    version = CatalogueVersionFactory.create(unit=department)
    item = CatalogueItemFactory.create(version=version)

    change = f"/office/catalogue/items/{item.pk}/change"
    for answer in (drafter.get(change), drafter.post(change, ITEM)):
        assert answer.headers["Location"] == HOME
    assert "approved or discarded meanwhile" in text(drafter, HOME)
    assert "Remove from the draft" not in text(
        drafter, f"/office/catalogue/items/{item.pk}/"
    )


def test_a_discarded_draft_is_gone(drafter: Client, department: Unit) -> None:
    DraftFactory.create(unit=department)

    page = drafter.post(f"{HOME}draft/discard", follow=True).content.decode()

    assert "The draft was discarded" in page
    assert not CatalogueVersion.objects.exists()


@pytest.mark.parametrize("action", ["approve", "discard", "date", "add"])
def test_what_comes_after_the_draft_is_gone_leads_back_and_says_so(
    morning: None, department: Unit, action: str
) -> None:
    both = person("li", Role.ENTERER, department)
    MembershipFactory.create(user=both, unit=department, role=Role.REVIEWER)

    page = browser_of(both).post(f"{HOME}draft/{action}", ITEM, follow=True)

    assert page.redirect_chain == [(HOME, 302)]
    assert "This version was approved or discarded meanwhile" in page.content.decode()


def test_a_second_draft_leads_to_the_first(drafter: Client, department: Unit) -> None:
    DraftFactory.create(unit=department)

    page = drafter.post(f"{HOME}draft/begin", follow=True).content.decode()

    assert "There is a draft already" in page


def test_versions_are_compared_side_by_side(drafter: Client, department: Unit) -> None:
    first = CatalogueVersionFactory.create(unit=department, number=1)
    second = CatalogueVersionFactory.create(
        unit=department, number=2, effective_from=date(2016, 2, 1)
    )
    CatalogueItemFactory.create(version=first, code="1", name="旧名")
    CatalogueItemFactory.create(version=second, code="1", name="新名")
    CatalogueItemFactory.create(version=first, code="2")

    page = text(drafter, f"{HOME}versions/2/compare")

    assert "0 added, 1 removed, 1 changed, 0 the same" in page
    assert "<del>旧名</del>" in page
    assert "<ins>新名</ins>" in page
    back = text(drafter, f"{HOME}versions/1/compare?with=2")
    assert "1 added, 0 removed" in back


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x"])
def test_a_comparison_with_what_is_no_version_is_one_with_the_version_before(
    drafter: Client, department: Unit, number: str
) -> None:
    CatalogueVersionFactory.create(unit=department, number=1)

    page = text(drafter, f"{HOME}versions/1/compare?with={number}")

    assert "0 added, 0 removed" in page


@pytest.mark.parametrize(("asked", "number"), [("HBJ", 1), ("环境", 1), ("财政", 0)])
def test_the_list_is_searched_by_name_and_code(
    drafter: Client, department: Unit, asked: str, number: int
) -> None:
    page = drafter.get("/office/catalogue/", {"q": asked})

    assert len(page.context["units"]) == number


def test_an_entrusted_body_shows_what_its_superior_entrusts(
    drafter: Client, department: Unit
) -> None:
    body = UnitFactory.create(code="body", kind="entrusted", superior=department)
    version = CatalogueVersionFactory.create(unit=department)
    CatalogueItemFactory.create(version=version, name="甲", entrusted_to=body)
    CatalogueItemFactory.create(version=version, name="乙")

    page = text(drafter, "/office/catalogue/body/")

    assert "甲" in page
    assert "乙" not in page
    assert "Draft a new version" not in page


def test_the_list_counts_items_of_each_unit(drafter: Client, department: Unit) -> None:
    version = CatalogueVersionFactory.create(unit=department, number=4)
    body = UnitFactory.create(code="lyg-hbj-1", kind="entrusted", superior=department)
    CatalogueItemFactory.create(version=version, entrusted_to=body)
    CatalogueItemFactory.create(version=version, kind="penalty")
    DraftFactory.create(unit=department, number=5)

    units = drafter.get("/office/catalogue/").context["units"]

    assert [(u.unit, u.licences, u.penalties, u.draft is None) for u in units] == [
        (department, 1, 1, False),
        (body, 1, 0, True),
    ]


def test_the_list_costs_the_same_for_many_units(
    morning: None,
    department: Unit,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    superior = UnitFactory.create()
    for _ in range(12):
        unit = UnitFactory.create(superior=superior)
        CatalogueItemFactory.create(version=CatalogueVersionFactory.create(unit=unit))
    client = browser_of(person("li", Role.AUDITOR, superior))

    with django_assert_max_num_queries(14):
        client.get("/office/catalogue/")


def test_strangers_and_siblings_see_nothing(morning: None, department: Unit) -> None:
    version = CatalogueVersionFactory.create(unit=department, number=1)
    item = CatalogueItemFactory.create(version=version)
    sibling = browser_of(person("zhao", Role.ENTERER, UnitFactory.create()))

    for path in (
        HOME,
        f"{HOME}versions/1/",
        f"{HOME}versions/1/compare",
        f"{HOME}versions/1/export.csv",
        f"/office/catalogue/items/{item.pk}/",
    ):
        assert sibling.get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert sibling.post(f"{HOME}draft/begin").status_code == 404


def test_a_reader_cannot_write(morning: None, department: Unit) -> None:
    DraftFactory.create(unit=department, number=1)
    auditor = browser_of(person("sun", Role.AUDITOR, department))

    assert auditor.get(f"{HOME}versions/1/").status_code == 200
    for path in ("draft/begin", "draft/discard", "draft/add", "draft/approve"):
        assert auditor.post(f"{HOME}{path}").status_code == 403
