"""Texts of the corpus: sections made from words and patterns, each rendered once.

There are up to 2,000 texts, an opening and some sections each. Articles recombine them, so that no
two bodies are alike and none has to be rendered as a whole: what the renderer gives for a body is
what it gave for its parts, put together (`joined`). Parts are made when they are first asked for,
from a seed of their own, and stay in memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from random import Random

from posts import text
from posts.corpus import words
from posts.corpus.words import THEMES, Theme

TEXTS = 2_000
SEED = "genko corpus 1"
FEWEST_SECTIONS, MOST_SECTIONS = 3, 11


def seeded(*names: object) -> Random:
    """Return the dice that belong to `names`, the same on every machine."""
    return Random(" ".join(map(str, (SEED, *names))))  # noqa: S311  (nothing here is a secret)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a body, and what the renderer makes of it."""

    source: str
    rendered: text.Rendered

    @classmethod
    def of(cls, source: str) -> "Part":
        """Render `source`, which refers to nothing outside it."""
        return cls(source, text.render(source))

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the headings; in one body each may stand once."""
        return frozenset(heading.id for heading in self.rendered.outline)


def joined(parts: Iterable[Part]) -> Part:
    """Return the body of `parts`: an opening, then sections whose headings all differ."""
    parts = list(parts)
    done = [part.rendered for part in parts]
    outline = tuple(heading for one in done for heading in one.outline)
    toc = tuple(heading for heading in outline if heading.level in {2, 3})
    rendered = text.Rendered(
        html="\n".join(one.html for one in done),
        outline=outline,
        toc=toc if len(toc) >= 3 else (),
        text="\n".join(one.text for one in done),
        characters=sum(one.characters for one in done),
        excerpt=done[0].excerpt,  # a description ends at the first heading
        links=tuple(link for one in done for link in one.links),
        broken=tuple(slug for one in done for slug in one.broken),
    )
    return Part("\n\n".join(part.source for part in parts), rendered)


@cache
def opening(number: int) -> Part:
    """Return the beginning of text `number`."""
    voice = Voice(THEMES[number % len(THEMES)], seeded("opening", number))
    return Part.of("\n\n".join(voice.paragraph() for _ in range(voice.dice.randint(1, 2))))


@cache
def sections(number: int) -> int:
    """Return how many sections text `number` has: few as a rule, sometimes many."""
    more = int(seeded("sections", number).expovariate(1 / 1.8))
    return min(FEWEST_SECTIONS + more, MOST_SECTIONS)


@cache
def section(number: int, place: int, *, corrected: bool = False) -> Part:
    """Return a section of text `number`; `corrected`, one sentence of it is another."""
    theme = THEMES[number % len(THEMES)]
    voice = Voice(theme, seeded("section", number, place))
    blocks = [f"## {voice.fill(voice.dice.choice(HEADINGS))}", *voice.blocks()]
    if corrected:
        kept, _, _ = blocks[-1].removesuffix("。").rpartition("。")
        other = Voice(theme, seeded("correction", number, place))
        blocks[-1] = f"{kept}。{other.sentence()}" if kept else other.paragraph()
    return Part.of("\n\n".join(blocks))


class Voice:
    """Somebody who writes about a theme; the dice decide what."""

    def __init__(self, theme: Theme, dice: Random) -> None:
        self.theme = theme
        self.dice = dice
        self.thing, self.other = dice.sample(theme.things, 2)
        self.town = dice.choice(words.TOWNS)[0]

    @cached_property
    def address(self) -> str:
        """An address that leads nowhere (RFC 2606)."""
        return f"https://example.com/{self.theme.slug}/{self.dice.randrange(10_000)}"

    def fill(self, pattern: str) -> str:
        """Put words into the places of `pattern`."""
        does, did, doing = self.dice.choice(self.theme.acts)
        choose = self.dice.choice
        return pattern.format(
            thing=self.thing[0],
            other=self.other[0],
            town=self.town,
            spot=choose(words.SPOTS),
            time=choose(words.TIMES),
            span=choose(words.SPANS),
            trait=choose(words.TRAITS),
            cause=choose(words.CAUSES),
            people=choose(self.theme.people),
            does=does,
            did=did,
            doing=doing,
            number=self.dice.randint(2, 480),
            year=self.dice.randint(1951, 2009),
            address=self.address,
        )

    def sentence(self) -> str:
        """Return a sentence."""
        return self.fill(self.dice.choice(SENTENCES))

    def paragraph(self) -> str:
        """Return some sentences, the first thing with its reading now and then."""
        chosen = self.dice.sample(SENTENCES, self.dice.randint(4, 7))
        written = "".join(map(self.fill, chosen))
        name, yomi = self.thing
        if self.dice.random() < 0.15:
            written = written.replace(name, f"｜{name}《{yomi}》", 1)
        return written

    def blocks(self) -> list[str]:
        """Return what stands under a heading; it begins and ends with a paragraph."""
        dice = self.dice
        blocks = [self.paragraph() for _ in range(dice.randint(2, 4))]
        for chance, special in ((0.25, self.items), (0.15, self.quotation), (0.08, self.table)):
            if dice.random() < chance:
                blocks += [special(), self.paragraph()]
        if dice.random() < 0.15:
            blocks += [f"### {self.fill(dice.choice(SUBHEADINGS))}", self.paragraph()]
        return blocks

    def items(self) -> str:
        """Return a list, numbered where it tells an order."""
        acts = self.dice.sample(self.theme.acts, self.dice.randint(3, 5))
        if self.dice.random() < 0.4:
            return "\n".join(f"{place}. {act[0]}" for place, act in enumerate(acts, 1))
        things = self.dice.sample(self.theme.things, self.dice.randint(4, 7))
        return "\n".join(f"- {name}（{self.dice.choice(words.TRAITS)}）" for name, _ in things)

    def quotation(self) -> str:
        """Return what somebody said."""
        return f"> {self.sentence()}{self.sentence()}\n> ——{self.fill('{town}の{people}')}"

    def table(self) -> str:
        """Return a table of things with figures."""
        things = self.dice.sample(self.theme.things, self.dice.randint(3, 5))
        rows = [
            f"| {name} | {self.dice.randint(1, 99)} | {self.dice.choice(words.SPANS)} |"
            for name, _ in things
        ]
        return "\n".join(["| 名前 | 数 | 使った期間 |", "| --- | ---: | --- |", *rows])


HEADINGS = (
    "{time}の{thing}",
    "{town}の{people}に聞く",
    "{thing}が{other}と違うところ",
    "{spot}にある{thing}",
    "{span}で変わったこと",
    "{thing}のために{does}",
    "{cause}年のこと",
    "{year}年の{thing}",
    "{does}ということ",
    "{thing}を{number}回見る",
    "{town}の{thing}と{other}",
    "{people}の手順",
    "{other}から{thing}へ",
    "{thing}は{trait}",
)
SUBHEADINGS = (
    "{people}の{thing}",
    "{year}年まで",
    "{spot}で{does}",
    "{other}の数え方",
    "{span}後の{other}",
    "{number}番目の{thing}",
)
SENTENCES = (
    "{town}の{spot}に、{thing}がある。",
    "{people}は毎日、{doing}から{thing}に向かう。",
    "{time}には、{thing}より先に{other}を見る。",
    "{thing}は{trait}。",
    "よく見ると、{other}のほうが{trait}。",
    "{span}続けてみて、ようやく{thing}の扱いが分かったという。",
    "理由を尋ねると、{people}は「{cause}からです」と答えた。",
    "記録には、{year}年に{did}とある。",
    "{cause}ことが、あとになって{thing}に響いた。",
    "{doing}、それから{other}を元の場所へ戻す。",
    "{did}だけで、{thing}の見え方が変わる。",
    "数えてみると、{town}には{thing}が{number}あった。",
    "{people}によれば、{time}がいちばん難しい。",
    "だからといって、{other}を急いで替える必要はない。",
    "{thing}と{other}は、役目が似ているようで違う。",
    "{spot}では、いまも{people}が{does}。",
    "手間はかかるが、{doing}おけば{span}はもつ。",
    "{year}年より前のことは、もう誰も知らない。",
    "私は{time}にもう一度、{town}を訪ねた。",
    "そのとき{people}が**{thing}**と呼んだものは、私の知る{thing}ではなかった。",
    "詳しい経過は[{town}の記録]({address})に残っている。",
    "{other}については、[{year}年の報告]({address})が参考になる。",
    "「{doing}みれば分かりますよ」と、{people}は笑った。",
    "{thing}が{number}を超えると、{other}の置き場所がなくなる。",
    "{does}ときに迷ったら、{thing}から始めるとよい。",
    "{span}に一度は{does}のが、この町の決まりだ。",
    "ところが{year}年、{cause}。",
    "それでも{thing}は、{spot}に残った。",
    "{people}が最初に教わったのは、{does}ことだったという。",
    "{time}、{spot}で{did}。",
    "{other}がなければ、{thing}もいまの形にはならなかった。",
    "結果を紙に書き、{doing}から次の{thing}へ移る。",
    "{town}では、これを「{span}の{thing}」と呼ぶ。",
    "{trait}ものだけを選び、残りは{people}に返す。",
    "正しい順番は一つではない。",
    "急がないことだ、と{people}は言う。",
    "{thing}を見る目は、{span}では育たない。",
    "こうして{number}日分の記録がそろった。",
    "費用の半分は{other}に、残りは{thing}に使われる。",
    "次に{does}のは、{time}になる。",
)
