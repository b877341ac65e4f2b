"""News that must travel upwards: geodata knows nothing of those who listen."""

from dataclasses import dataclass

from django.dispatch import Signal

areas_changed = Signal()
"""Sent with `edition_id` at the end of a new edition's transaction: who listens enqueues a job in
it, which runs once the edition is committed, and never if it is not."""

areas_rolling_back = Signal()
"""Sent with `edition_id` before an edition and all that hangs on it are removed, in that
transaction: who counts what is linked to its areas holds it still.  Sent twice, before and after
the last moment at which something can be linked to them."""

areas_rolled_back = Signal()
"""Sent with `level_id` at the end of the transaction that removes an edition."""

areas_linked = Signal()
"""Sent with `level_id` when areas of a level got collectivities that were not known at loading."""

edition_rehearsed = Signal()
"""Sent with `edition_id` while an edition is loaded on trial: who knows what lies on its ground
answers with a list of sentences about what would change.  What they read is taken back after."""

shape_asked = Signal()
"""Sent with the `key` of a named shape (`geodata.named_shapes`) when a page shows it: who knows
what lies in it answers with a list of Tally."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something lie in a shape, as a sentence, and the page that shows them."""

    sentence: str
    number: int
    url: str
