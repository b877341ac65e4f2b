"""The one lock under which rules, and what they are about, are changed."""

from django.db import connection


def lock_rulebook() -> None:
    """Two administrators saving at once meet here: the second sees what the first has done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM reports_rulebook FOR UPDATE")


def new_revision() -> None:
    """What is being sent by the ground and the rules as they were is decided anew."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_rulebook SET revision = gen_random_uuid()")


class ChangedMeanwhile(ValueError):
    """A colleague has saved or deleted it since the form was opened."""
