"""Which units' sites are looked at when, and what is kept of it."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django_tasks_db.models import DBTaskResult

from gongshi.audit.models import Event
from gongshi.catalogue.link_check import Checker, LinkState, Outcome
from gongshi.catalogue.models import SiteCheck
from gongshi.catalogue.sites import check_site, claim_due_sites
from gongshi.catalogue.tasks import check_site as task
from gongshi.pipeline.links import queue_site_checks
from tests.factories import AT, UnitFactory


class _Fixed(Checker):
    """A checker that finds what it is told."""

    state = LinkState.OK

    def check(self, address: str) -> Outcome:
        return Outcome(state=self.state, address=address, status=200)


@pytest.mark.django_db
class TestDue:
    """Which sites are looked at when."""

    def test_a_site_is_claimed_once_a_day(self) -> None:
        unit = UnitFactory.create(site_address="http://a.example/")
        UnitFactory.create(site_address="")

        assert claim_due_sites(AT) == [unit.code]
        assert claim_due_sites(AT) == []
        assert claim_due_sites(AT + timedelta(hours=23)) == []
        assert claim_due_sites(AT + timedelta(hours=24)) == [unit.code]

    def test_a_new_address_is_due_at_once(self) -> None:
        unit = UnitFactory.create(site_address="http://a.example/")
        claim_due_sites(AT)
        unit.site_address = "http://b.example/"
        unit.save()

        assert claim_due_sites(AT) == [unit.code]
        assert claim_due_sites(AT) == []

    def test_what_was_found_is_kept_with_its_time(self) -> None:
        unit = UnitFactory.create(site_address="http://a.example/")

        check_site(unit.code, at=AT, checker=_Fixed())

        kept = SiteCheck.objects.get(unit=unit)
        assert (kept.state, kept.status, kept.checked_at) == ("ok", 200, AT)

    def test_only_a_change_is_an_event(self) -> None:
        unit = UnitFactory.create(site_address="http://a.example/")
        failing = _Fixed()
        object.__setattr__(failing, "state", LinkState.TIMEOUT)

        for each in (_Fixed(), _Fixed(), failing):
            check_site(unit.code, at=AT, checker=each)

        events = Event.objects.in_order().values_list("action", "unit_code")
        assert [*events] == [("catalogue.check_site", unit.code)] * 2

    def test_a_unit_that_lost_its_site_is_left_alone(self) -> None:
        unit = UnitFactory.create(site_address="")

        assert check_site(unit.code, at=AT, checker=_Fixed()) is None

    def test_nothing_is_fetched_unless_the_operator_wants_it(
        self, settings: LazySettings
    ) -> None:
        unit = UnitFactory.create(site_address="http://a.example/")
        settings.LINK_CHECK = False

        assert queue_site_checks(AT) == 0
        assert task.call(unit.code) == ""
        assert not SiteCheck.objects.exists()

    def test_due_sites_are_queued_for_the_worker(self, settings: LazySettings) -> None:
        unit = UnitFactory.create(site_address="http://a.example/")
        settings.LINK_CHECK = True

        assert queue_site_checks(AT) == 1
        assert queue_site_checks(AT) == 0
        queued = DBTaskResult.objects.get()
        assert queued.args_kwargs["args"] == [unit.code]
