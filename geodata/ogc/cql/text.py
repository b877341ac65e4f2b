"""The text form of CQL2 → its JSON form: a recursive descent of bounded depth.

Grammar: OGC 21-065r2, annex B, without arithmetic, functions and arrays.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from geodata.ogc.cql.errors import BadFilter

DEEPEST = 30
_TOKEN = re.compile(
    r"""\s+
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)
    | '(?P<string>(?:[^'\\]|''|\\.)*)'
    | "(?P<quoted>(?:[^"]|"")+)"
    | (?P<word>[^\W\d][\w.:-]*)
    | (?P<sign><=|>=|<>|[=<>(),])
    """,
    re.VERBOSE | re.DOTALL,
)
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_SHAPES = {
    "POINT": ("Point", 0), "MULTIPOINT": ("MultiPoint", 1), "LINESTRING": ("LineString", 1),
    "MULTILINESTRING": ("MultiLineString", 2), "POLYGON": ("Polygon", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}  # fmt: skip
_FUNCTIONS = re.compile(r"[ST]_[A-Z]+")


class Token(NamedTuple):
    """`kind` is the name of a group of _TOKEN; `at` counts characters from 1."""

    kind: str
    text: str
    at: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind in ("word", "sign") else ""


def parse(written: str) -> Any:
    """Raises BadFilter."""
    reader = _Reader(_tokens(written))
    tree = reader.condition()
    reader.expect_end()
    return tree


def _tokens(written: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(written):
        found = _TOKEN.match(written, at)
        if found is None:
            raise BadFilter(_("The filter cannot be read from character %(at)d on.")
                            % {"at": at + 1})  # fmt: skip
        if found.lastgroup:
            tokens.append(Token(found.lastgroup, found[found.lastgroup], at + 1))
        at = found.end()
    return [*tokens, Token("end", "", len(written) + 1)]


class _Reader:
    """Each method reads one rule of the grammar from where the reader stands."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    # ---------------------------------------------------------- steps
    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        if token.kind != "end":
            self.place += 1
        return token

    def accept(self, *words: str) -> bool:
        """Goes past these words where they are next."""
        ahead = self.tokens[self.place : self.place + len(words)]
        if [token.upper for token in ahead] != list(words):
            return False
        self.place += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.unexpected(word)

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.unexpected(_("the end"))

    def unexpected(self, wanted: str) -> BadFilter:
        return BadFilter(
            _("At character %(at)d the filter should have %(wanted)s.")
            % {"at": self.next.at, "wanted": wanted}
        )

    # ---------------------------------------------------------- conditions
    def condition(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadFilter(_("The filter is nested too deeply."))
        alternatives = [self.conjunction()]
        while self.accept("OR"):
            alternatives.append(self.conjunction())
        self.depth -= 1
        return _joined("or", alternatives)

    def conjunction(self) -> Any:
        parts = [self.negation()]
        while self.accept("AND"):
            parts.append(self.negation())
        return _joined("and", parts)

    def negation(self) -> Any:
        turns = 0
        while self.accept("NOT"):
            turns += 1
        found = self.primary()
        return {"op": "not", "args": [found]} if turns % 2 else found

    def primary(self) -> Any:
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        if _FUNCTIONS.fullmatch(self.next.upper) and self._calls():
            return self.function()
        if self.next.upper in ("TRUE", "FALSE") and self.tokens[self.place + 1].upper not in (
            _COMPARISONS
        ):
            return self.take().upper == "TRUE"
        return self.predicate()

    def _calls(self) -> bool:
        return self.tokens[min(self.place + 1, len(self.tokens) - 1)].text == "("

    def function(self) -> Any:
        name = self.take().text.lower()
        self.expect("(")
        args = [self.operand()]
        while self.accept(","):
            args.append(self.operand())
        self.expect(")")
        return {"op": name, "args": args}

    def predicate(self) -> Any:
        left = self.operand()
        if self.next.text in _COMPARISONS and self.next.kind == "sign":
            return {"op": self.take().text, "args": [left, self.operand()]}
        if self.accept("IS"):
            is_not = self.accept("NOT")
            self.expect("NULL")
            return _maybe_not(is_not, {"op": "isNull", "args": [left]})
        is_not = self.accept("NOT")
        if self.accept("LIKE"):
            return _maybe_not(is_not, {"op": "like", "args": [left, self.operand()]})
        if self.accept("BETWEEN"):
            low = self.operand()
            self.expect("AND")
            return _maybe_not(is_not, {"op": "between", "args": [left, low, self.operand()]})
        if self.accept("IN"):
            return _maybe_not(is_not, {"op": "in", "args": [left, self.values()]})
        if not is_not and isinstance(left, dict) and set(left) == {"property"}:
            return left  # one that is true or false by itself
        raise self.unexpected("=, <>, <, >, <=, >=, LIKE, BETWEEN, IN, IS NULL")

    def values(self) -> list[Any]:
        self.expect("(")
        found = [self.operand()]
        while self.accept(","):
            found.append(self.operand())
        self.expect(")")
        return found

    # ---------------------------------------------------------- values
    def operand(self) -> Any:
        token = self.next
        if token.kind == "number":
            return _number(self.take().text)
        if token.kind == "string":
            return _unescaped(self.take().text)
        if token.kind == "quoted":
            return {"property": self.take().text.replace('""', '"')}
        if token.kind != "word":
            raise self.unexpected(_("a property or a value"))
        return self.named()

    def named(self) -> Any:
        """What begins with a word: true, a moment, a shape, or a property."""
        word = self.next.upper
        if word in ("TRUE", "FALSE"):
            return self.take().upper == "TRUE"
        if word in ("DATE", "TIMESTAMP") and self._calls():
            self.take()
            [value] = self._strings(1)
            return {word.lower(): value}
        if word == "INTERVAL" and self._calls():
            self.take()
            return {"interval": self._strings(2)}
        if word == "BBOX" and self._calls():
            self.take()
            return {"bbox": self.values()}
        if word in _SHAPES or word == "GEOMETRYCOLLECTION":
            return self.shape()
        return {"property": self.take().text}

    def _strings(self, number: int) -> list[Any]:
        """`number` values in brackets; a moment may be wrapped once more: DATE('…')."""
        values = [
            next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
            for value in self.values()
        ]
        if len(values) != number or not all(isinstance(value, str) for value in values):
            raise self.unexpected(_("moments in quotes"))
        return values

    def shape(self) -> Any:
        """Well-known text.  A third coordinate is read and left out later."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadFilter(_("The filter is nested too deeply."))
        word = self.take().upper
        self.accept("Z")
        if word == "GEOMETRYCOLLECTION":
            self.expect("(")
            parts = [self.shape()]
            while self.accept(","):
                parts.append(self.shape())
            self.expect(")")
            self.depth -= 1
            return {"type": "GeometryCollection", "geometries": parts}
        if word not in _SHAPES:
            raise self.unexpected(_("a shape"))
        kind, levels = _SHAPES[word]
        coordinates = self.corners(levels)
        self.depth -= 1
        return {"type": kind, "coordinates": coordinates}

    def corners(self, levels: int) -> Any:
        """`levels` of lists around corners; the corners of a list share its brackets."""
        self.expect("(")
        if not levels:
            found: Any = self.corner()
        else:
            found = [self._inner(levels)]
            while self.accept(","):
                found.append(self._inner(levels))
        self.expect(")")
        return found

    def _inner(self, levels: int) -> Any:
        if levels > 1 or self.next.text == "(":  # MULTIPOINT writes each corner either way
            return self.corners(levels - 1)
        return self.corner()

    def corner(self) -> list[Any]:
        numbers = []
        while self.next.kind == "number":
            numbers.append(_number(self.take().text))
        if not 2 <= len(numbers) <= 4:
            raise self.unexpected(_("two numbers"))
        return numbers


def _joined(name: str, parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else {"op": name, "args": parts}


def _maybe_not(is_not: bool, found: Any) -> Any:
    return {"op": "not", "args": [found]} if is_not else found


def _number(text: str) -> float:
    return float(text)


def _unescaped(text: str) -> str:
    return re.sub(r"''|\\'", "'", text)
