"""Public references: short enough to read over the telephone."""

import secrets

# Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Such as `7K4M-29QX`: 40 random bits, neither countable nor guessable in order."""
    bits = secrets.randbits(40)
    letters = "".join(ALPHABET[bits >> place & 31] for place in range(0, 40, 5))
    return f"{letters[:4]}-{letters[4:]}"
