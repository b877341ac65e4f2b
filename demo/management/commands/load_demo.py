"""manage.py load_demo: the fictional département, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import loading


class Command(BaseCommand):
    help = "Loads the fictional département L’Estran, its overlays, 500 submissions and accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accounts", action="store_true", help="Only print the accounts to sign in with."
        )
        parser.add_argument(
            "--force", action="store_true", help="Load even where HTTPS is on (a public server)."
        )

    def handle(self, *args: Any, accounts: bool, force: bool, **options: Any) -> None:
        if accounts:
            self._print_accounts()
        elif loading.is_loaded():
            self.stderr.write("The demo is there already.")
        else:
            self._refuse_in_production(force)
            self.stderr.write("Loading the demo …")
            loading.load(self._progress)
            self.stderr.write("")

    def _refuse_in_production(self, force: bool) -> None:
        if settings.HTTPS and not force:
            raise CommandError(
                "The demo's accounts have a password everybody knows: it is not loaded where"
                " CANTONNIER_HTTPS is on. Use --force if you mean it."
            )

    def _print_accounts(self) -> None:
        if not loading.is_loaded():
            return
        self.stdout.write(f"Demo accounts, password “{loading.PASSWORD}”:")
        for account in loading.ACCOUNTS:
            self.stdout.write(f"  {account.username:<8} {account.what}")
        self.stdout.write(f"  {loading.ADMINISTRATOR:<8} administration")

    def _progress(self, what: str, done: int, total: int) -> None:
        if done % 25 == 0 or done == total:
            self.stderr.write(f"\r  {what} {done}/{total}", ending="")
            self.stderr.flush()
