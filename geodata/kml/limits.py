"""How much of a KML file is taken, named once.  Beyond these, a finding says so."""

CHUNK_BYTES = 64 * 1024
"""Read at a time; what a step of progress means."""

MAX_DEPTH = 64
"""Elements within elements.  Google Earth's own files stay below 20."""

MAX_TOKEN_BYTES = 4_000_000
"""One tag with its attributes, or one comment."""

MAX_FEATURES = 200_000
MAX_VERTICES = 10_000_000
"""Over the whole file: every commune of France in full detail has fewer."""

MAX_FEATURE_VERTICES = 500_000
MAX_FEATURE_ELEMENTS = 200_000
MAX_FEATURE_CHARACTERS = 40_000_000
"""Text inside one placemark, coordinates included."""

MAX_STYLES = 20_000
MAX_NAME = 300
MAX_FOLDER = 500
MAX_DESCRIPTION = 50_000
MAX_FIELDS = 200
MAX_FIELD_NAME = 200
MAX_FIELD_VALUE = 5_000
MAX_LIST = 20_000
"""Values of one field that has one a point of a track."""

MAX_SCHEMAS = 1_000
MAX_TOLD_ONCE = 1_000
"""Findings that are told once for all placemarks they are true of."""

MAX_ICONS = 200
MAX_ICON_BYTES = 1_000_000
MAX_ICON_PIXELS = 4_000_000
MAX_ICON_SIDE = 64
"""Of the PNG we keep, in pixels: a map shows icons of 32, twice that on fine screens."""

MAX_ARCHIVE_FILES = 2_000
MAX_ARCHIVE_DIRECTORY_BYTES = 1_000_000
MAX_UNPACKED_BYTES = 600_000_000
MAX_RATIO = 200
"""Unpacked to packed.  Real KML packs 3 to 30 times smaller; a bomb, a thousand."""

MAX_TIGHT_BYTES = 50_000_000
"""Unpacked size of a table below which its ratio says nothing: blanks pack 500 times smaller."""
