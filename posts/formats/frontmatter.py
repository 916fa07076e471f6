"""Front matter: the YAML block that opens a file, read with limits and without objects.

Values are built from the parser's events, never by a YAML constructor, so no tag can name a
Python object and no depth can exhaust the stack.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

import yaml

from .encoding import clean
from .errors import Refused
from .record import Json

MAX_BLOCK = 64 * 1024
MAX_DEPTH = 20
MAX_NODES = 5_000
# Aliases of one long text would otherwise multiply it within the limit of nodes.
MAX_CHARS = 4 * MAX_BLOCK

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({"!", _TAG + "str"})
_TAGS = _TEXT_TAGS | {
    _TAG + name for name in ("null", "bool", "int", "float", "timestamp", "seq", "map")
}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
_BOOLEANS["FALSE"] = False
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Loaded:
    """The values of a block; `lines` of its top-level keys; control characters `removed`."""

    values: dict[str, Json]
    lines: dict[str, int]
    removed: int


def split(text: str) -> tuple[str, str]:
    """Return the front matter block and the body that follows it.

    The first line must be `---`; the block ends at the next line that is `---` or `...`, as in
    Jekyll. Raises Refused where there is no block or no end.
    """
    first, newline, rest = text.partition("\n")
    if first.rstrip() != "---" or not newline:
        raise Refused(
            "先頭に「---」で始まるフロントマターがありません。",
            hint="1 行目に「---」を置き、title などを書いてください。",
            line=1,
        )
    end = re.search(r"^(?:---|\.\.\.)[ \t]*$\n?", rest, re.MULTILINE)
    if end is None:
        raise Refused(
            "フロントマターの終わりの「---」がありません。",
            hint="フロントマターの最後に「---」だけの行を足してください。",
        )
    return rest[: end.start()], rest[end.end() :]


def load(block: str, *, text: Collection[str] = (), first_line: int = 2) -> Loaded:
    """Read a front matter block as JSON values.

    `text` names the top-level keys whose scalars stay as typed (`title: 2024`); elsewhere plain
    scalars become null, booleans and numbers only where writing them again gives the same text,
    so dates, `on` and `1_000` stay text too. `first_line` is the block's first line in the file.
    Limits: 64 KB, depth 20, 5,000 nodes with every alias counted in full. Raises Refused.
    """
    if len(block.encode("utf-8", "replace")) > MAX_BLOCK:
        raise Refused("フロントマターが 64 KB を超えています。", hint="短くしてください。")
    builder = _Builder(text, first_line)
    try:
        for event in yaml.parse(block, Loader=_LOADER):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(mark.line + first_line if mark else None) from None
    # The pure reader raises these two for escapes beyond Unicode, such as "\UFFFFFFFF".
    except (yaml.YAMLError, ValueError, OverflowError):
        raise _unreadable(None) from None
    return Loaded(builder.mapping(), builder.lines, builder.removed)


def _unreadable(line: int | None) -> Refused:
    return Refused(
        "フロントマターを YAML として読めません。",
        hint='「:」「#」「[」などを含む値は " " で囲み、字下げは半角の空白にしてください。',
        line=line,
    )


@dataclass
class _Node:
    """A value with its weight when every alias inside is written out."""

    value: Json
    nodes: int = 1
    chars: int = 0


@dataclass
class _Open:
    """A list or mapping that has not ended; `key` waits for its value."""

    items: list[Json] | dict[str, Json]
    weight: _Node = field(default_factory=lambda: _Node(None))
    anchor: str | None = None
    key: str | None = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.items, dict) and self.key is None


class _Builder:
    """Takes events one by one and holds the limits after each."""

    def __init__(self, text: Collection[str], first_line: int) -> None:
        self.lines: dict[str, int] = {}
        self.removed = 0
        self._text = text
        self._first_line = first_line
        self._line = first_line
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Node | None] = {}  # None: still open
        self._root: _Node | None = None

    def feed(self, event: yaml.Event) -> None:
        if event.start_mark is not None:
            self._line = event.start_mark.line + self._first_line
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._put(self._aliased(event.anchor or ""))
            case yaml.CollectionStartEvent():
                self._start(event)
            case yaml.CollectionEndEvent():
                self._end()

    def mapping(self) -> dict[str, Json]:
        """Return the whole block's mapping; a block with nothing in it is an empty one."""
        if self._root is None:
            return {}
        if not isinstance(self._root.value, dict):
            raise Refused(
                "フロントマターが「名前: 値」の形になっていません。",
                hint="title: 題名 のように書いてください。",
                line=self._first_line,
            )
        return self._root.value

    def _refuse(self, what: str, hint: str) -> Refused:
        return Refused(what, hint=hint, line=self._line)

    def _check_tag(self, tag: str | None) -> None:
        if tag is not None and tag not in _TAGS:
            raise self._refuse(f"使えないタグ「{tag[:60]}」があります。", "タグを消してください。")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._check_tag(event.tag)
        text, removed = clean(event.value)
        self.removed += removed
        plain = not event.style and event.tag not in _TEXT_TAGS
        value = self._resolved(text) if plain else text
        node = _Node(value, chars=len(text))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._put(node)

    def _resolved(self, text: str) -> Json:
        if self._stack and self._stack[-1].wants_key:
            return text
        if text in _NULLS:
            return None
        return text if self._keeps_text() else _number(text)

    def _keeps_text(self) -> bool:
        return bool(self._stack) and self._stack[0].key in self._text

    def _aliased(self, anchor: str) -> _Node:
        node = self._anchors.get(anchor)
        if node is None:
            raise self._refuse(
                f"「*{anchor[:60]}」の指す先がないか、自分自身を指しています。",
                "値を書き下してください。",
            )
        return node

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        self._check_tag(event.tag)
        if len(self._stack) >= MAX_DEPTH:
            raise self._refuse("フロントマターの入れ子が深すぎます。", "20 段までにしてください。")
        if self._stack and self._stack[-1].wants_key:
            raise self._bad_key()
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open({} if mapping else [], anchor=event.anchor))

    def _end(self) -> None:
        ended = self._stack.pop()
        if isinstance(ended.items, dict):
            _merge(ended.items)
        node = ended.weight
        node.value = ended.items
        if ended.anchor is not None:
            self._anchors[ended.anchor] = node
        self._put(node)

    def _put(self, node: _Node) -> None:
        if not self._stack:
            self._put_root(node)
            return
        top = self._stack[-1]
        self._weigh(top.weight, node)
        if isinstance(top.items, list):
            top.items.append(node.value)
        elif top.key is None:
            top.key = self._new_key(top.items, node.value)
        else:
            top.items[top.key] = node.value
            top.key = None

    def _put_root(self, node: _Node) -> None:
        if self._root is not None:
            raise _unreadable(self._line)
        self._root = node

    def _weigh(self, whole: _Node, part: _Node) -> None:
        whole.nodes += part.nodes
        whole.chars += part.chars
        if whole.nodes > MAX_NODES or whole.chars > MAX_CHARS:
            raise self._refuse(
                "フロントマターの項目が多すぎます。",
                "別名（* と &）をやめ、項目を減らしてください。",
            )

    def _new_key(self, items: dict[str, Json], key: Json) -> str:
        if not isinstance(key, str):
            raise self._bad_key()
        if key in items:
            raise self._refuse(f"{key[:60]} が 2 回書かれています。", "どちらかを消してください。")
        if len(self._stack) == 1:
            self.lines[key] = self._line
        return key

    def _bad_key(self) -> Refused:
        return self._refuse("名前が文字列ではありません。", "「名前: 値」の形にしてください。")


def _number(text: str) -> Json:
    """Resolve a boolean or a number that is written again as the same text."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def _merge(mapping: dict[str, Json]) -> None:
    """Resolve a merge key (YAML 1.1 `<<`): keys of the mapping itself win."""
    merged = mapping.get("<<")
    sources = merged if isinstance(merged, list) else [merged]
    mappings = [source for source in sources if isinstance(source, dict)]
    if not mappings or len(mappings) != len(sources):
        return
    del mapping["<<"]
    for source in mappings:
        for key, value in source.items():
            mapping.setdefault(key, value)
