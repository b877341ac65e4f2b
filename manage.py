#!/usr/bin/env python
"""Django's command line for Cantonnier."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, connection

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if connection.connection is not None:
            raise
        reason = str(error).splitlines()[0]
        sys.exit(
            f"The database cannot be reached: {reason}\n"
            "Run script/db start, or set DATABASE_URL to a database that runs."
        )


if __name__ == "__main__":
    main()
