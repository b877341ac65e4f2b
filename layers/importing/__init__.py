"""Reading an uploaded file into shapes and findings; `tasks` runs it, `actions` publish it."""

from layers.importing.reading import read
from layers.importing.rescue import READ_TASK, end_dead_imports
from layers.importing.trial import try_out

__all__ = ["READ_TASK", "end_dead_imports", "read", "try_out"]
