"""News that must travel upwards: geodata knows nothing of those who listen."""

from django.dispatch import Signal

areas_changed = Signal()
"""Sent with `edition_id` at the end of a new edition's transaction: who listens enqueues a job in
it, which runs once the edition is committed, and never if it is not."""
