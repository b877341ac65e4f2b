"""Reading an uploaded file into shapes and findings; `tasks` runs it, `actions` publish it."""

from layers.importing.reading import read
from layers.importing.rescue import READ_TASK, end_dead_imports

__all__ = ["READ_TASK", "end_dead_imports", "read"]
