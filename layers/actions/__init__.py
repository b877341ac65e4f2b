"""The verbs of overlays."""

from layers.actions.promoting import promote
from layers.actions.publishing import publish, withdraw
from layers.actions.uploading import upload

__all__ = ["promote", "publish", "upload", "withdraw"]
