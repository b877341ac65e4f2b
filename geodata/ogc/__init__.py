"""OGC API Features (Parts 1, 2, 3) and OGC API Tiles: the protocol, and nothing of what is served.

Apps register a provider of collections (`collections.register`) when the process starts; `areas`
is the one of this app.  Sources: OGC 17-069r4, 18-058r1, 19-079r2 (Features), 21-065r2 (CQL2),
20-057 (Tiles), 17-083r4 (tile matrix sets).
"""
