"""The verbs of overlays."""

from layers.actions.answering import answer
from layers.actions.keeping import delete, describe, renew_link, show_to
from layers.actions.promoting import promote, roll_back
from layers.actions.publishing import note, publish, withdraw
from layers.actions.referring import refer, stop_referring
from layers.actions.uploading import upload

__all__ = [
    "answer",
    "delete",
    "describe",
    "note",
    "promote",
    "publish",
    "refer",
    "renew_link",
    "roll_back",
    "show_to",
    "stop_referring",
    "upload",
    "withdraw",
]
