"""What each action is called, in words that readers of the trail use; and its things."""

from collections.abc import Mapping

from gongshi.domain.messages import noop

# Every action that the code records stands here; a test holds that.
SENTENCES: Mapping[str, str] = {
    "accounts.load_city": noop("Loaded the units of a city"),
    "accounts.give_role": noop("Gave a role"),
    "catalogue.begin_draft": noop("Began a draft of the catalogue"),
    "catalogue.discard_draft": noop("Discarded a draft of the catalogue"),
    "catalogue.propose_date": noop("Set the day from which a draft is to hold"),
    "catalogue.add_item": noop("Added an item to a draft"),
    "catalogue.change_item": noop("Changed an item of a draft"),
    "catalogue.remove_item": noop("Took an item out of a draft"),
    "catalogue.take_items": noop("Imported items into a draft"),
    "catalogue.approve": noop("Approved a version of the catalogue"),
    "intake.receive_file": noop("Received a file"),
    "intake.receive_rows": noop("Received records"),
    "intake.finish_checking": noop("Finished the check of a batch"),
    "intake.give_back": noop("Gave a batch back to be checked again"),
    "intake.fail": noop("Refused a file that cannot be used"),
    "intake.request_publication": noop("Asked for the publication of a batch"),
    "validation.take_round": noop("Took in the corrected rows of a batch"),
    "validation.confirm_warnings": noop("Confirmed warnings"),
    "review.approve": noop("Approved a record"),
    "review.return": noop("Returned a record to its unit"),
    "review.resubmit": noop("Handed a returned record in again"),
    "review.defer": noop("Deferred a record's publication"),
    "review.keep_private": noop("Kept a record from the public"),
    "review.release": noop("Released a deferred record"),
    "review.reopen": noop("Took a decision on a record back"),
    "publication.publish": noop("Published a record"),
    "publication.publish_units": noop("Published units and their catalogues"),
    "publication.correct": noop("Corrected a public record"),
    "publication.refuse_correction": noop("Refused a proposed correction"),
    "publication.mark": noop("Noted an objection or a change of state"),
    "publication.settle": noop("Settled an objection"),
    "publication.end_early": noop("Ended the display early"),
    "publication.defer": noop("Took a public record back and deferred it"),
    "publication.keep_private": noop("Took a public record back for good"),
    "publication.publish_batch": noop("Published a batch"),
    "publication.withdraw": noop("Withdrew a record from the public"),
    "records.reveal": noop("Read unmasked identity numbers"),
    "records.rotate_keys": noop("Sealed everything with a new key"),
}

GROUPS: Mapping[str, str] = {
    "accounts": noop("Units, people and roles"),
    "catalogue": noop("Disclosure catalogue"),
    "intake": noop("Receipt"),
    "validation": noop("Check"),
    "review": noop("Review"),
    "publication": noop("Publication"),
    "records": noop("Records"),
}

THINGS: Mapping[str, str] = {
    "batch": noop("Batch"),
    "catalogue": noop("Catalogue"),
    "city": noop("City"),
    "keys": noop("Keys"),
    "record": noop("Record of a decision"),
    "unit": noop("Unit"),
    "user": noop("Person"),
}

NAMES: Mapping[str, str] = {
    "after": noop("After"),
    "bad": noop("Rows to correct"),
    "before": noop("Before"),
    "change": noop("Number of the change"),
    "comments": noop("Comments"),
    "corrections": noop("Proposed corrections"),
    "counts": noop("Figures"),
    "created": noop("Created"),
    "fields": noop("Fields"),
    "good": noop("Good rows"),
    "kind": noop("Kind of reason"),
    "name": noop("Name"),
    "new": noop("New records"),
    "not_public": noop("Never public"),
    "reason": noop("Why"),
    "records": noop("Number of records"),
    "role": noop("Role"),
    "rows": noop("Rows"),
    "secrecy_checked": noop("Secrecy check"),
    "sha256": noop("Checksum"),
    "size": noop("Size in bytes"),
    "state": noop("State"),
    "unchanged": noop("Unchanged"),
    "unit": noop("Unit"),
    "updated": noop("Brought up to date"),
}
"""Names of details and of what changed; fields of a form have their official labels."""
