"""Help in Chinese for every role and task, in the words that the pages use."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from gongshi.accounts.models import Role
from gongshi.pipeline.help import INDEX, ROLE_PAGES, TASK_PAGES, help_page
from gongshi.pipeline.navigation import MENU
from tests.factories import MembershipFactory
from tests.office.desk import page_of
from tests.repository.messages import read_catalogue

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

FOLDER = Path(settings.BASE_DIR) / "docs" / "help"
PAGES = (INDEX, *ROLE_PAGES.values(), *TASK_PAGES)


def address(name: str) -> str:
    """Return where a page is found."""
    return "/help/" if name == INDEX else f"/help/{name}/"


def test_every_role_and_no_other_has_its_page() -> None:
    assert set(ROLE_PAGES) == set(Role)
    assert {path.stem for path in FOLDER.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_there_for_everybody_and_for_no_index(name: str) -> None:
    page = page_of(Client(), address(name))

    assert help_page(name).title in page
    assert '<meta name="robots" content="noindex">' in page
    assert "style=" not in page


@pytest.mark.parametrize("name", PAGES)
def test_link_of_a_help_page_leads_to_a_page(name: str) -> None:
    links = re.findall(r'href="([^"#]+)', help_page(name).body)

    assert [link for link in links if Client().get(link).status_code != 200] == []


@pytest.mark.parametrize("name", PAGES)
def test_help_names_buttons_and_pages_as_they_are_called(name: str) -> None:
    catalogue = read_catalogue(
        Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    )
    words = {str(message.string) for message in catalogue if message.id}

    named = set(re.findall("「([^」]+)」", (FOLDER / f"{name}.md").read_text()))

    assert sorted(named - words) == []


def test_html_in_a_page_is_shown_as_text() -> None:
    bodies = "".join(help_page(name).body for name in PAGES)

    assert "<script" not in bodies
    assert set(re.findall(r"<(\w+)", bodies)) <= {
        *("p", "h2", "h3", "ul", "ol", "li", "a", "strong", "code", "pre"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }


def test_page_that_is_not_there_is_not_found() -> None:
    assert Client().get("/help/nobody/").status_code == 404


def test_menu_leads_to_help_that_is_there() -> None:
    topics = {way.help for group in MENU for way in group.ways if way.help}

    assert topics
    assert topics <= set(PAGES)


@pytest.mark.parametrize(
    ("path", "topic"), [("/office/upload/", "batches"), ("/help/", "enterer")]
)
def test_frame_leads_to_the_help_on_this_page_or_of_the_role(
    path: str, topic: str
) -> None:
    client = Client()
    client.force_login(MembershipFactory.create(role=Role.ENTERER).user)

    assert f'class="tool" href="/help/{topic}/"' in page_of(client, path)
