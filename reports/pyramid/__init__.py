"""Counts of public submissions by cell, and the tiles that are drawn from them (docs/adr/0016).

`levels` which cells are kept · `slices` which filters they answer · `state` a tile's version and
number · `folding` the job · `truth` verify and rebuild.
"""
