"""Checks at start, in plain words."""
