"""The `gongshi` command: Django's management commands under one name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.settings")
    execute_from_command_line(["gongshi", *sys.argv[1:]])


if __name__ == "__main__":
    main()
