"""News that must travel upwards: geodata knows nothing of those who listen."""

from django.dispatch import Signal

areas_changed = Signal()
"""Sent after the commit of a new edition, with `edition_id`."""
