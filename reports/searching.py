"""What of a text can be searched for: French words, without accents, by their beginnings.

The words of descriptions are stems (`french_text`, migration 0004).  A word of one or two letters
is only searched whole: its beginnings would be half the dictionary.
"""

import re
import unicodedata

from geodata.prepared import fetch_row

SHORTEST_BEGINNING = 3
MOST_WORDS = 10
_HAS_WORDS = "SELECT numnode(to_tsquery('pg_catalog.french', %(query)s::text)) > 0"


def without_accents(text: str) -> str:
    split = unicodedata.normalize("NFKD", text)
    return "".join(char for char in split if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Letters and digits in a row, without accents, each once."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", without_accents(text).lower())))


def as_query(text: str) -> str:
    """All words of `text` as `to_tsquery` reads them; '' without any."""
    words = words_of(text)[:MOST_WORDS]
    return " & ".join(f"{word}:*" if len(word) >= SHORTEST_BEGINNING else word for word in words)


def has_words_to_search(text: str) -> bool:
    """Whether something is left of `text` without the words that every text has (le, de, et …):
    PostgreSQL's own list decides."""
    query = as_query(text)
    if not query:
        return False
    return bool(fetch_row(_HAS_WORDS, {"query": query})[0])
