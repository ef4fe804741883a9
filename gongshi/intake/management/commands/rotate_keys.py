"""`gongshi rotate_keys`: everything sealed with an old key is sealed with the first."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongshi.accounts.sign_in.factors import reseal_factors
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.intake.actions_drafts import reseal_drafts
from gongshi.intake.files import reseal_files
from gongshi.records.rotation import reseal_records
from gongshi.records.sealing import CannotUnseal


class Command(BaseCommand):
    """Reseals all that is sealed; afterwards the old key may leave GONGSHI_FIELD_KEYS."""

    help = (
        "Seal everything anew with the first key of GONGSHI_FIELD_KEYS."
        " Put the new key first, keep the old one behind it until this has run."
    )

    def handle(self, *arguments: object, **options: object) -> None:
        """Reseal and say how much."""
        try:
            records, pieces = reseal_records(), reseal_files()
            drafts, factors = reseal_drafts(), reseal_factors()
        except CannotUnseal as error:
            raise CommandError(
                f"A sealed value does not open ({error.code}). Add the key that sealed"
                " it to GONGSHI_FIELD_KEYS and run this again."
            ) from error
        record_event(
            at=timezone.now(),
            by=Actor(username="operator"),
            action="records.rotate_keys",
            target=Target(kind="keys", key="field"),
            details={
                "records": records,
                "pieces": pieces,
                "drafts": drafts,
                "factors": factors,
            },
        )
        self.stdout.write(
            f"Resealed {records} records and {pieces} pieces of files, {drafts} drafts,"
            f" {factors} second factors."
        )
