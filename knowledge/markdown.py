"""Markdown to HTML that may stand on our pages, and to plain text. Plain Python."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
#: The article's title is the page's h1.
LOWER = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}

parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
parser.disable(["html_block", "html_inline", "image"])


def to_html(source: str) -> str:
    """Clean HTML: no scripts, styles, images or frames, whatever the source is."""
    tokens = parser.parse(source)
    for token in tokens:
        token.tag = LOWER.get(token.tag, token.tag)
    made = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def to_text(source: str) -> str:
    """What is read in it, a block a line."""
    lines = [_text(token) for token in parser.parse(source) if token.content]
    return "\n".join(line for line in lines if line)


def _text(token: Token) -> str:
    if token.children is None:
        return token.content.strip()
    kept = [
        child.content
        if child.type in {"text", "code_inline"}
        else " "
        if child.type.endswith("break")
        else ""
        for child in token.children
    ]
    return "".join(kept).strip()
