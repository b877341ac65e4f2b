"""The ground as JSON: areas and how they lie to each other."""

from geodata.api.areas import router

__all__ = ["router"]
