"""Submissions by the million, to measure with: invented, deterministic, and told apart by their
reference.  `drawing` invents them with numpy; `pouring` writes them in set operations."""

MARK = "SEED"
"""What the references of invented submissions begin with."""
