"""The `gongshi` command: Django's management commands under one name."""

import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

# These need no store, no key and no data folder.
_WITHOUT_STORES: Mapping[str, str] = {
    "validate": "gongshi.validation.management.commands.validate",
    "sample": "gongshi.validation.management.commands.sample",
    "template": "gongshi.intake.management.commands.template",
    "make_keys": "gongshi.pipeline.management.commands.make_keys",
    "verify_feed": "gongshi.portal.verifying.command",  # of a portal from outside
}
_FAULTS: Mapping[str, str] = {
    "unreachable": "The database '{}' cannot be asked. Is its address right"
    " (GONGSHI_DATABASE_URL, GONGSHI_PORTAL_DATABASE_URL), and does it run?",
    "migrations missing": "The database '{}' lacks tables or columns."
    " Run 'gongshi migrate' and 'gongshi migrate --database portal'.",
}
_LOCALES = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    """Run the management command named on the command line."""
    arguments = ["gongshi", *sys.argv[1:]]
    if _needs_no_store(arguments):
        _run_without_stores(arguments)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.settings")
    try:
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (OperationalError, ProgrammingError) as error:
        fault = _fault_of_stores()
        if fault is None:
            raise
        sys.exit(f"{fault}\n{error}")


def _fault_of_stores() -> str | None:
    """Return what the operator has to mend first; None: the fault is another one."""
    from gongshi.portal.store_state import state_of

    stores = (alias for alias, store in settings.DATABASES.items() if store)
    faults = (_FAULTS.get(state_of(alias), "").format(alias) for alias in stores)
    return next(filter(None, faults), None)


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
