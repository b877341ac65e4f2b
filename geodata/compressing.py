"""Bytes made smaller for those who say that they read them so (RFC 9110, 12.5.3)."""

import zlib
from collections.abc import Callable

import zstandard

LEAST_BYTES = 500
"""Below, it costs more than it saves."""
_LEVEL = 1  # a 230 KB tile made in 11 ms took gzip 6 25 ms, gzip 1 5.6


def _gzip(data: bytes) -> bytes:
    squeezer = zlib.compressobj(_LEVEL, zlib.DEFLATED, wbits=31)
    return squeezer.compress(data) + squeezer.flush()


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(data)


# The cheapest first.
_WAYS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "gzip": _gzip}


def encoding_for(accepted: str) -> str:
    """The encoding to use under an Accept-Encoding header; '' for none."""
    wanted = dict(_weighed(part) for part in accepted.lower().split(","))
    others = wanted.get("*", 0.0)
    return next((name for name in _WAYS if wanted.get(name, others) > 0), "")


def _weighed(part: str) -> tuple[str, float]:
    name, _semicolon, weight = part.partition(";")
    try:
        return name.strip(), float(weight.partition("=")[2] or 1)
    except ValueError:
        return name.strip(), 0.0


def compressed(data: bytes, encoding: str) -> bytes:
    return _WAYS[encoding](data) if encoding else data
