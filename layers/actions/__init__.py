"""The verbs of overlays."""

from layers.actions.answering import answer
from layers.actions.promoting import promote
from layers.actions.publishing import publish, withdraw
from layers.actions.referring import refer, stop_referring
from layers.actions.uploading import upload

__all__ = ["answer", "promote", "publish", "refer", "stop_referring", "upload", "withdraw"]
