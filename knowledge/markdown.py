"""Markdown to HTML that may stand on our pages, and to plain text. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "loading"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
#: The article's title is the page's h1.
LOWER = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}

parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
parser.disable(["html_block", "html_inline"])
#: Images are stored files, by their public ids: nobody else's server hears who reads.
#: Where whoever is known has them.
FILES = "/files/"
IMAGE = re.compile(r"image:([A-Za-z0-9_-]{22})")


def to_html(source: str, images: str = FILES) -> str:
    """Clean HTML: no scripts, styles, frames or images of others, whatever the source is.

    `images`: the address under which the reader has the stored ones.
    """
    tokens = parser.parse(source)
    for token in tokens:
        token.tag = LOWER.get(token.tag, token.tag)
        for child in token.children or []:
            if child.type == "image":
                _show(child, images)
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


def images_in(source: str) -> list[str]:
    """Public ids of the files that it shows, each once."""
    found = (IMAGE.fullmatch(address) for address in _sources(source))
    return list(dict.fromkeys(match[1] for match in found if match))


def addresses_of_images(source: str) -> list[str]:
    """Of the images that are no stored files, as it has them, each once."""
    return list(dict.fromkeys(each for each in _sources(source) if not IMAGE.fullmatch(each)))


def _sources(source: str) -> Iterator[str]:
    for token in parser.parse(source):
        yield from (str(each.attrs["src"]) for each in token.children or [] if "src" in each.attrs)


def _show(token: Token, images: str) -> None:
    """A stored file; of any other image what it is called."""
    stored = IMAGE.fullmatch(str(token.attrs.get("src", "")))
    if stored:
        token.attrs.update(src=f"{images}{stored[1]}/", loading="lazy")
    else:
        token.type, token.tag, token.children = "text", "", None


def _text(token: Token) -> str:
    if token.children is None:
        return token.content.strip()
    kept = [
        child.content
        if child.type in {"text", "code_inline", "image"}
        else " "
        if child.type.endswith("break")
        else ""
        for child in token.children
    ]
    return "".join(kept).strip()
