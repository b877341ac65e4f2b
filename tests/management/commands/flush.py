"""What Django calls after each test that commits: here, rows are put back instead."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from tests import putting_back


class Command(BaseCommand):
    """Django's own truncates: it waits for every reader, and a reader may wait for it."""

    help = "Puts every table back to what the migrations wrote."
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noinput", action="store_false", dest="interactive")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, **options: Any) -> None:
        putting_back.put_back(connections[options["database"]])
