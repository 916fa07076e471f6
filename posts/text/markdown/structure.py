"""The structure of an article, read line by line: what holds what.

Python-Markdown reads blocks between blank lines; people type lists under sentences, code in lists,
tables in boxes. So containers, code and raw HTML are found here, by lines and from the outside in,
and Python-Markdown gets headings, paragraphs, tables and indented code between blank lines. Every
line is looked at once for each container that it is in.
"""

import re

import markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from posts.text.budget import Budget
from posts.text.html.embeds import read_embed, unframe

from .boxes import Box, build_box, pair_colons, read_admonition, read_alert, read_colons
from .containers import Container, Containers
from .definitions import take_definitions, take_terms
from .fences import Closings, code_block, read_fence
from .footnotes import Footnotes
from .layout import INDENT, RULE, columns, dedent, take_body
from .lists import read_item, read_task, take_list
from .meter import BlockMeter
from .quotations import take_quoted
from .rawhtml import MORE, RawBlocks, swallows
from .tables import Table

_DEEPEST = 30
# Characters of code in an article that get colours, which cost more than all else.
_MOST_COLOURED = 100_000
# Characters of the budget that a container and each line in it cost, however small.
_LEVEL, _LINE = 200, 40
_TAG = 150  # and a tag that was typed
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *$")
_FOOTNOTE = re.compile(r"\[\^([^\]\n]+)\]: *(.*)")
_ATTRIBUTES = re.compile(r"\{: *[^{}]*\} *$")
_TASK_BOX = '<span class="task-box" role="img" aria-label="{}">{}</span>'
# #エッセイ #秋: the tags of other sites, two or more in a line.
_HASHTAGS = re.compile(r"#[^#\s]+(?:\s+#[^#\s]+)+\s*")
# Python-Markdown's own, whose work is done here.
_REPLACED_PREPROCESSORS = ("normalize_whitespace", "html_block")
_REPLACED_PROCESSORS = ("indent", "olist", "ulist", "quote")


class Structure(Extension):
    """Register the reading of lines."""

    def __init__(self, footnotes: Footnotes, budget: Budget) -> None:
        """Give notes to these footnotes, and spend from this budget."""
        super().__init__()
        self.footnotes, self.budget = footnotes, budget
        self.colourable = _MOST_COLOURED

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Take the place of what finds raw HTML, lists and quotations."""
        for name in _REPLACED_PREPROCESSORS:
            md.preprocessors.deregister(name)
        for name in _REPLACED_PROCESSORS:
            md.parser.blockprocessors.deregister(name)
        self.md = md
        self.containers = Containers(md.parser)
        self.table = Table(md.parser, {"use_align_attribute": False})
        md.ESCAPED_CHARS.append("|")
        md.parser.blockprocessors.register(BlockMeter(md.parser, self.budget), "meter", 200)
        md.parser.blockprocessors.register(self.containers, "container", 95)
        md.parser.blockprocessors.register(self.table, "table", 75)
        md.preprocessors.register(_Lines(self), "structure", 30)

    def show_code(self, code: str, info: str) -> str:
        """Return a placeholder for a code block; its colours are left out when all is used up."""
        self.colourable -= len(code)
        return self.stash(code_block(code, info, plain=self.colourable < 0))

    def stash(self, html: str) -> str:
        """Return a placeholder for HTML that Markdown must not read."""
        return self.md.htmlStash.store(html)


class _Lines(Preprocessor):
    def __init__(self, structure: Structure) -> None:
        self.structure = structure

    def run(self, lines: list[str]) -> list[str]:
        return _Level(self.structure, lines).read()


class _Level:
    """The lines of one container, read from the first to the last.

    Attributes:
        loose: whether a blank line parts two blocks of this level.
    """

    def __init__(self, structure: Structure, lines: list[str], depth: int = 0) -> None:
        self.structure, self.lines, self.depth = structure, lines, depth
        self.footnotes = structure.footnotes
        structure.budget.spend(_LEVEL + _LINE * len(lines) + sum(map(len, lines)) // 4)
        self.position = 0
        self.out: list[str] = []
        self.paragraph = 0  # the lines that the open paragraph has
        self.loose = self._gap = self._after_html = False
        self._closings = Closings(lines)
        self._html_blocks = RawBlocks(lines, structure.budget)
        self._boxes: dict[int, int] = {}
        self._paired = 0  # the position from which on no boxes were looked for

    def read(self) -> list[str]:
        """Return the lines as Python-Markdown is to read them."""
        while self.position < len(self.lines):
            line = self.lines[self.position]
            if line.strip():
                self.loose = self.loose or self._gap
                self._line(line)
            else:
                self._gap = bool(self.out)
                self._end_paragraph()
                self.position += 1
        self._end_paragraph()
        while self.out and not self.out[-1]:
            self.out.pop()
        return self.out

    def _line(self, line: str) -> None:
        body = line.lstrip(" \t")
        after_html, self._after_html = self._after_html, False
        if columns(line) < INDENT:
            if any(start(self, body) for start in _STARTS.get(body[0], ())) or self._table():
                return
        elif not self.paragraph:
            if not (after_html and self._html(body, continued=True)):
                self._indented_code()
            return
        self._text(body)

    # What a level puts out

    def _emit(self, *lines: str) -> None:
        """Put lines out as a block of their own."""
        self._end_paragraph()
        self.out += [*lines, ""]

    def _end_paragraph(self) -> None:
        if self.paragraph:
            lines = self.out[-self.paragraph :]
            self.out[-self.paragraph :] = self.footnotes.take_notes("\n".join(lines)).split("\n")
        if self.out and self.out[-1]:
            self.out.append("")
        self.paragraph = 0

    def _contain(self, container: Container) -> None:
        self._emit(self.structure.containers.keep(container))

    def _inside(self, lines: list[str]) -> "_Level":
        level = _Level(self.structure, lines, self.depth + 1)
        level.read()
        return level

    def _text(self, body: str) -> None:
        if body.startswith("\u3000"):
            self._end_paragraph()
            body = _indented(body)
        self.out.append(body.expandtabs(INDENT))
        self.paragraph += 1
        self.position += 1
        if self.paragraph > 1 and _UNDERLINE.match(body):
            self._underlined()

    def _underlined(self) -> None:
        """Part a heading, the line above its underline, from the prose above it."""
        heading = self.out[-2:]
        del self.out[-2:]
        self.paragraph -= 2
        self._emit(self.footnotes.take_notes(heading[0]), heading[1])

    # What may begin at a line; each says whether it did, and then has moved on.

    def _fence(self, body: str) -> bool:
        opening = read_fence(body)
        end = self._closings.after(self.position, opening[0]) if opening else None
        if opening is None or end is None:
            return False
        indent = columns(self.lines[self.position])
        code = [dedent(line, indent) for line in self.lines[self.position + 1 : end]]
        self._show_code(code, opening[1])
        self.position = end + 1
        return True

    def _indented_code(self) -> None:
        code, self.position = take_body(self.lines, self.position, INDENT, least=INDENT)
        self._show_code(code)

    def _show_code(self, code: list[str], info: str = "") -> None:
        html = self.structure.show_code("\n".join(code), info)
        # The sanitiser takes the element away again; a paragraph would end at the block in it.
        self._contain(Container("stashed", text=html))

    def _html(self, body: str, *, continued: bool = False) -> bool:
        if MORE.match(body):
            self._contain(Container("hr", {"class": "more"}))
            self.position += 1
            return True
        end = self._html_blocks.after(self.position, continued=continued)
        if end is None:
            return False
        html = "\n".join(self.lines[self.position : end])
        self.structure.budget.spend(_TAG * html.count("<"))
        shown = unframe(html)
        self._emit(self.structure.stash(html if swallows(shown) else shown))
        self.position = end
        self._after_html = True
        return True

    def _heading(self, body: str) -> bool:
        if body.startswith("#######") or _HASHTAGS.fullmatch(body):
            self._text(f"\\{body}")
            return True
        if body.strip("# \u3000"):
            self._emit(self.footnotes.take_notes(body.rstrip()))
        self.position += 1
        return True

    def _rule(self, body: str) -> bool:
        if not RULE.match(body) or (self.paragraph == 1 and _UNDERLINE.match(body)):
            return False
        self._emit(body)
        self.position += 1
        return True

    def _list(self, body: str) -> bool:
        first = read_item(self.lines[self.position])
        if first is None or self.depth >= _DEEPEST:
            return False
        if self.paragraph and (not first.text or first.number not in {None, 1}):
            return False
        found = take_list(self.lines, self.position, first)
        parts = [self._item(item) for item in found.items]
        tight = not found.gaps and all(part.tight for part in parts)
        for part in parts:
            part.tight = tight
        tag = "ul" if first.number is None else "ol"
        start = {} if first.number in {None, 1} else {"start": str(first.number)}
        self._contain(Container(tag, start, parts=parts))
        self.position = found.end
        return True

    def _item(self, lines: list[str]) -> Container:
        attributes = {}
        if task := read_task(lines[0]):
            label, mark = ("完了", "☑") if task[0] else ("未完了", "☐")
            box = self.structure.stash(_TASK_BOX.format(label, mark))
            lines = [f"{box} {task[1]}", *lines[1:]]
            attributes["class"] = "task"
        level = self._inside(lines)
        return Container("li", attributes, lines=level.out, tight=not level.loose)

    def _quotation(self, body: str) -> bool:
        if self.depth >= _DEEPEST:
            return False
        lines, self.position = take_quoted(self.lines, self.position)
        if box := read_alert(lines[0]):
            self._box(box, lines[1:])
        else:
            self._contain(Container("blockquote", lines=self._inside(lines).out))
        return True

    def _colons(self, body: str) -> bool:
        box = read_colons(body)
        if box is None or self.depth >= _DEEPEST:
            return False
        if self.position >= self._paired:
            self._boxes, self._paired = pair_colons(self.lines, self.position, self._closings)
        end = self._boxes.get(self.position)
        if end is None:
            return False
        self._box(box, self.lines[self.position + 1 : end])
        self.position = end + 1
        return True

    def _admonition(self, body: str) -> bool:
        box = read_admonition(body)
        if box is None or self.depth >= _DEEPEST:
            return False
        lines, self.position = take_body(self.lines, self.position + 1, INDENT, least=INDENT)
        self._box(box, lines)
        return True

    def _box(self, box: Box, lines: list[str]) -> None:
        self._contain(build_box(box, self._inside(lines).out))

    def _definitions(self, body: str) -> bool:
        if not body.startswith(": ") or self.depth >= _DEEPEST:
            return False
        terms = take_terms(self.out)
        if not terms:
            return False
        spaced, self.paragraph = not self.paragraph, 0
        found, gaps, self.position = take_definitions(self.lines, self.position)
        levels = [self._inside(lines) for lines in found]
        tight = not (spaced or gaps or any(level.loose for level in levels))
        parts = [Container("dt", text=self.footnotes.take_notes(term)) for term in terms]
        parts += [Container("dd", lines=level.out, tight=tight) for level in levels]
        before = self.structure.containers.kept_as(next(filter(None, reversed(self.out)), ""))
        if before and before.tag == "dl":
            before.parts += parts
        else:
            self._contain(Container("dl", parts=parts))
        return True

    def _footnote(self, body: str) -> bool:
        match = _FOOTNOTE.match(body)
        if match is None or self.depth >= _DEEPEST:
            return False
        lines, end = take_body(self.lines, self.position + 1, INDENT, before=match[2])
        self._end_paragraph()
        self.footnotes.setFootnote(match[1], "\n".join(self._inside([match[2], *lines]).out))
        self.position = end
        return True

    def _embed(self, body: str) -> bool:
        address = read_embed(body)
        if address is None:
            return False
        self._emit(f"<{address}>")
        self.position += 1
        return True

    def _attributes(self, body: str) -> bool:
        """Leave out kramdown's attribute lists: looks belong to the style sheet."""
        if not _ATTRIBUTES.match(body):
            return False
        self.position += 1
        return True

    def _table(self) -> bool:
        end = self.structure.table.take(self.lines, self.position)
        if end is None:
            return False
        rows = [self.footnotes.take_notes(line.strip()) for line in self.lines[self.position : end]]
        self._emit(*rows)
        self.position = end
        return True


def _indented(body: str) -> str:
    """Return a line without its full-width indent: it is prose, not a heading, not code."""
    body = body.lstrip("\u3000 \t")
    return f"\\{body}" if body.startswith("#") else body


_STARTS = {
    "`": (_Level._fence,),
    "~": (_Level._fence,),
    "<": (_Level._embed, _Level._html),
    "#": (_Level._heading,),
    ">": (_Level._quotation,),
    ":": (_Level._colons, _Level._definitions),
    "!": (_Level._admonition,),
    "[": (_Level._footnote,),
    "{": (_Level._attributes,),
    **dict.fromkeys("@h", (_Level._embed,)),
    "_": (_Level._rule,),
    **dict.fromkeys("*-", (_Level._rule, _Level._list)),
    **dict.fromkeys("+0123456789", (_Level._list,)),
}
