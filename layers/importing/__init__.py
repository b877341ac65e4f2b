"""Reading an uploaded file into shapes and findings; `tasks` runs it, `actions` publish it."""

from layers.importing.generalising import TASK as GENERALISE_TASK
from layers.importing.generalising import generalise, generalise_waiting
from layers.importing.reading import read
from layers.importing.rescue import READ_TASK, end_dead_imports
from layers.importing.trial import try_out

__all__ = [
    "GENERALISE_TASK",
    "READ_TASK",
    "end_dead_imports",
    "generalise",
    "generalise_waiting",
    "read",
    "try_out",
]
