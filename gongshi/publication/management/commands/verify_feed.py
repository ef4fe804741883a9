"""`gongshi verify_feed`, without a source: the registry's own change feed.

With an address or a file it is `gongshi.portal.verifying`, which needs no store.
"""

import sys

from django.core.management.base import BaseCommand

from gongshi.publication.queries import verify_feed


class Command(BaseCommand):
    """Walks the registry's whole feed, payloads and all."""

    help = "Check the registry's change feed; with URL|FILE, a portal from outside."

    def handle(self, **options: object) -> None:
        """Say whether the feed is whole; exit code 1 where it is not."""
        fault = verify_feed()
        if fault is None:
            self.stdout.write("变更链完整 The change feed is whole.")
            return
        self.stderr.write(
            f"变更链自第 {fault.sequence} 条起不成立。"
            f" The change feed does not hold from change {fault.sequence} on"
            f" [{fault.code}]."
        )
        sys.exit(1)
