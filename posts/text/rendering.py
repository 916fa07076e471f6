"""Markdown to article: the one way from what a writer typed to what a reader sees.

Source → Python-Markdown with our notation → the allow-list → a pass that sets the type → the
allow-list again, so that nothing of ours has to be trusted either. The same function makes the
preview and the page. Rendering knows no settings, no database and no clock: the same source and
pictures always give the same result.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType

import markdown
from markdown.extensions import Extension

from .budget import Budget, TooComplexError
from .characters import clean, xml_safe
from .html.headings import Heading, name_headings
from .html.joining import join_lines
from .html.leftovers import left_over
from .html.links import Link, Linked, list_links, resolve_links
from .html.nodes import Node, Tag, read_nodes, write_nodes
from .html.pictures import Picture
from .html.sanitise import sanitise, sanitise_draft, sanitise_inline
from .html.typeset import first_picture, typeset, without_more
from .markdown.escapes import Escapes
from .markdown.footnotes import Footnotes
from .markdown.inlines import Inlines
from .markdown.structure import Structure
from .measures import first_paragraphs, read_blocks
from .sentences import describe

_NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})
_NO_POSTS: Mapping[str, Linked] = MappingProxyType({})
# A table of contents helps from three entries on, and shows two levels.
_TOC_FROM, _TOC_LEVELS = 3, (2, 3)

# What Python-Markdown has raised, or can raise, on malformed input (CVE-2025-69534 was an
# AssertionError). A writer's text must never be an error page.
_MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TooComplexError,
    TypeError,
    ValueError,
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_LEFTOVER = re.compile(r"\*\*+")
# What an excerpt does not read: it is one paragraph.
_BLOCK_NOTATION = (
    *("indent", "code", "hashheader", "setextheader", "hr"),
    *("olist", "ulist", "quote", "reference"),
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article's body as readers get it.

    Attributes:
        html: sanitised HTML.
        outline: all headings in order.
        toc: those of levels 2 and 3 if there are three or more, else none.
        text: plain text, a line for each paragraph, without ruby readings and footnote marks.
        characters: the 字数 (grapheme clusters without spaces, code, bare addresses).
        excerpt: a description of at most 120 characters, from the first paragraph; only from
            what stands above <!--more--> if that mark is there.
        image: the address of the first picture, or "".
        links: the links in order.
        broken: the slugs of ``post:`` links that lead to no article.
        left_over: the surroundings of each ``**`` that emphasises nothing and was not escaped.
        as_typed: True when the source could not be read as Markdown and is shown as typed.
    """

    html: str
    outline: tuple[Heading, ...]
    toc: tuple[Heading, ...]
    text: str
    characters: int
    excerpt: str
    image: str = ""
    links: tuple[Link, ...] = ()
    broken: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    as_typed: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A writer's excerpt: ``html`` for cards, ``text`` for descriptions and feeds."""

    html: str
    text: str


def render(
    source: str,
    *,
    pictures: Mapping[str, Picture] = _NO_PICTURES,
    posts: Mapping[str, Linked] = _NO_POSTS,
    breaks: bool = False,
) -> Rendered:
    """Render the Markdown of an article's body. Never raises, whatever the source.

    Args:
        source: Markdown as typed.
        pictures: the stored images, by the address that the source uses for them.
        posts: the articles that ``post:slug`` may lead to, by slug.
        breaks: show every newline inside a paragraph as a line break.
    """
    source, _ = clean(source)
    try:
        draft = sanitise_draft(_parser(source, breaks=breaks).convert(source))
        nodes = read_nodes(xml_safe(draft))
        join_lines(nodes)
        nodes, broken = resolve_links(nodes, posts)
        outline = name_headings(nodes)
        nodes, more = without_more(typeset(nodes, pictures))
        html = sanitise(write_nodes(nodes))
    except _MALFORMED:
        return _as_typed(source)
    rendered = _rendered(html, nodes, outline)
    teaser = describe(first_paragraphs(read_blocks(nodes[:more]))) if more else ""
    return replace(
        rendered,
        broken=broken,
        left_over=left_over(draft),
        excerpt=teaser or rendered.excerpt,
    )


def _rendered(html: str, nodes: list[Node], outline: tuple[Heading, ...] = ()) -> Rendered:
    toc = tuple(heading for heading in outline if heading.level in _TOC_LEVELS)
    blocks = read_blocks(nodes)
    return Rendered(
        html=html,
        outline=outline,
        toc=toc if len(toc) >= _TOC_FROM else (),
        text="\n".join(block.text for block in blocks),
        characters=sum(block.characters for block in blocks),
        excerpt=describe(first_paragraphs(blocks)),
        image=first_picture(nodes),
        links=list_links(nodes),
    )


def _as_typed(source: str) -> Rendered:
    """Return the source as escaped paragraphs, for text that no parser can make sense of."""
    paragraphs = (part.strip() for part in _BLANK_LINES.split(source))
    html = "\n".join(f"<p>{escape(part, quote=False)}</p>" for part in paragraphs if part)
    return replace(_rendered(html, read_nodes(html)), as_typed=True)


def render_inline(source: str) -> Excerpt:
    """Render an excerpt: inline Markdown only, as one paragraph without links and images.

    Asterisks that pair with nothing are dropped: a reader never sees ``**``. Never raises.
    """
    source, _ = clean(source)
    source = _BLANK_LINES.sub("\n", source.strip())
    try:
        nodes = read_nodes(xml_safe(sanitise_inline(_inline_parser().convert(source))))
        _tidy(nodes)
        html = sanitise_inline(write_nodes(nodes))
    except _MALFORMED:
        nodes = [source]
        _tidy(nodes)
        html = write_nodes(nodes)
    text = " ".join(block.text for block in read_blocks(nodes))
    return Excerpt(html=html.strip(), text=_LEFTOVER.sub("", text))


def _tidy(nodes: list[Node]) -> None:
    nodes[:] = [node if isinstance(node, Tag) else _LEFTOVER.sub("", node) for node in nodes]
    join_lines(nodes)


def _extensions(source: str, budget: Budget, *, breaks: bool) -> list[Extension]:
    """Return the notation of an article: the one place where it is listed."""
    footnotes = Footnotes(source, budget)
    return [
        footnotes,
        Structure(footnotes, budget),
        Inlines(budget, breaks=breaks),
        Escapes(),
    ]


def _parser(source: str, *, breaks: bool) -> markdown.Markdown:
    """Return a parser for this source alone.

    One for each call: making it takes a fraction of a millisecond, and nothing is shared between
    threads or left over from the article before.
    """
    budget = Budget()
    extensions = _extensions(source, budget, breaks=breaks)
    return markdown.Markdown(extensions=extensions, output_format="html")


def _inline_parser() -> markdown.Markdown:
    budget = Budget()
    parser = markdown.Markdown(extensions=[Inlines(budget)], output_format="html")
    parser.preprocessors.deregister("html_block")
    for name in _BLOCK_NOTATION:
        parser.parser.blockprocessors.deregister(name)
    return parser
