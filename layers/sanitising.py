"""The HTML of KML descriptions, made safe to show: text, tables and links, nothing that loads."""

import re

import nh3

TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "h3", "h4"),
    *("hr", "i", "li", "ol", "p", "pre", "small", "span", "strong", "sub", "sup", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
LINKS = {"http", "https", "mailto", "tel"}


_MARKUP = re.compile("[<>&\0\r\u00a0\ufeff]")
"""All that nh3 changes; plain text, which most descriptions are, need not go through it."""


def sanitise(html: str) -> str:
    """Images go too: they would tell third parties who looks at the map."""
    if not _MARKUP.search(html):
        return html
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=LINKS,
        link_rel="noopener noreferrer nofollow",
    )
