"""The `gongshi` command: Django's management commands under one name."""

import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line

# These need no store, no key and no data folder.
_WITHOUT_STORES: Mapping[str, str] = {
    "validate": "gongshi.validation.management.commands.validate",
    "sample": "gongshi.validation.management.commands.sample",
    "template": "gongshi.intake.management.commands.template",
    "make_keys": "gongshi.pipeline.management.commands.make_keys",
    "verify_feed": "gongshi.portal.verifying.command",  # of a portal from outside
}
_LOCALES = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    """Run the management command named on the command line."""
    arguments = ["gongshi", *sys.argv[1:]]
    if _needs_no_store(arguments):
        _run_without_stores(arguments)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.settings")
    execute_from_command_line(arguments)


def _needs_no_store(arguments: list[str]) -> bool:
    # Without a source, `verify_feed` is about the registry's own feed.
    _program, name, *rest = [*arguments, ""]
    return name in _WITHOUT_STORES and (name != "verify_feed" or rest != [""])


def _run_without_stores(arguments: list[str]) -> None:
    if hasattr(signal, "SIGPIPE"):
        # A reader such as `head` has seen enough: end quietly, as others do.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    settings.configure(
        LANGUAGE_CODE="zh-hans",
        LOCALE_PATHS=[_LOCALES],
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
    )
    django.setup()
    import_module(_WITHOUT_STORES[arguments[1]]).Command().run_from_argv(arguments)


if __name__ == "__main__":
    main()
