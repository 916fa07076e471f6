"""What the corpus files its articles under: categories, tags, authors, series; and who files them.

There are more of them the more articles there are. An article chooses from those that there were
when it was its turn, so that it never depends on how large the corpus will be.
"""

from itertools import count
from random import Random

from django.contrib.auth.models import User

from posts import demo_logins
from posts.corpus import words
from posts.corpus.stories import SERIES_EVERY
from posts.corpus.words import THEMES, Named
from posts.models import Author, Category, Series, Tag, tag_key

THINGS = tuple(thing for theme in THEMES for thing in theme.things)
DESK_EVERY = 10


def authors_at(number: int) -> int:
    """Return how many authors there are when article `number` is written."""
    return max(20, number // 500)


def tags_at(number: int) -> int:
    """Return how many tags there are when article `number` is written."""
    return max(50, number // 50)


def rank(dice: Random, among: int) -> int:
    """Return a place below `among`: the k-th about a k-th as often as the first (Zipf)."""
    return min(int((among + 1) ** dice.random()) - 1, among - 1)


class Shelves:
    """The primary keys of what articles are filed under, in the order they were made in."""

    def __init__(self) -> None:
        self.authors: list[int] = []
        self.tags: list[int] = []
        self.series: list[int] = []
        self.categories = _categories()
        self.writer, self.editor, self.chief = _staff()

    def fill(self, articles: int) -> None:
        """Make what `articles` articles need and is not there yet."""
        for number in range(len(self.authors), authors_at(articles)):
            self.authors.append(self._author(number))
        for number in range(len(self.tags), tags_at(articles)):
            self.tags.append(_tag(number))
        for number in range(len(self.series), articles // SERIES_EVERY + 1):
            self.series.append(_series(number))

    def _author(self, number: int) -> int:
        name, yomi = author_name(number)
        is_desk = number % DESK_EVERY == DESK_EVERY - 1
        fields = {
            "slug": f"author-{number}",
            "yomi": yomi,
            "kind": Author.Kind.ORGANISATION if is_desk else Author.Kind.PERSON,
            "title": "" if is_desk else words.JOBS[number % len(words.JOBS)],
            # The first, who signs most, is the one who can log in.
            "user": None if number or hasattr(self.writer, "author") else self.writer,
        }
        return Author.objects.get_or_create(name=name, defaults=fields)[0].pk


def author_name(number: int) -> Named:
    """Return the name of an author: every tenth is a desk."""
    tens, digit = divmod(number, DESK_EVERY)
    if digit == DESK_EVERY - 1:
        again, place = divmod(tens, len(words.TOWNS))
        desk, town = words.DESKS[again % len(words.DESKS)], words.TOWNS[place]
        return _numbered((town[0] + desk[0], town[1] + desk[1]), again // len(words.DESKS))
    person = tens * (DESK_EVERY - 1) + digit
    again, place = divmod(person, len(words.FAMILIES))
    given = words.GIVEN[(place + again) % len(words.GIVEN)]
    family = words.FAMILIES[place]
    name = family[0] + given[0], f"{family[1]} {given[1]}"
    return _numbered(name, again // len(words.GIVEN))


def tag_name(number: int) -> Named:
    """Return the name of a tag: first the things alone, then each thing's history…"""
    again, place = divmod(number, len(THINGS))
    thing, aspect = THINGS[place], words.ASPECTS[again % len(words.ASPECTS)]
    return _numbered((thing[0] + aspect[0], thing[1] + aspect[1]), again // len(words.ASPECTS))


def series_name(number: int) -> str:
    """Return the name of a series; its parts are about the theme that its thing belongs to."""
    theme = THEMES[number % len(THEMES)]
    again, place = divmod(number // len(THEMES), len(theme.things))
    name = words.SERIES[again % len(words.SERIES)].format(theme.things[place][0])
    return _numbered((name, ""), again // len(words.SERIES))[0]


def _numbered(name: Named, again: int) -> Named:
    """Return a name that differs when all words have been used before."""
    return (f"{name[0]}{again + 1}", f"{name[1]}{again + 1}") if again else name


def _tag(number: int) -> int:
    name, yomi = tag_name(number)
    fields = {"name": name, "yomi": yomi, "slug": f"tag-{number}"}
    return Tag.objects.get_or_create(key=tag_key(name), defaults=fields)[0].pk


def _series(number: int) -> int:
    fields = {"slug": f"series-{number}", "finished": number % 3 > 0}
    return Series.objects.get_or_create(name=series_name(number), defaults=fields)[0].pk


def _categories() -> list[int]:
    """Make the tree and return the categories of the themes, in the order of THEMES."""
    position, made = count(1), {}
    names = {theme.slug: theme.name for theme in THEMES}
    for (section, slug), below in words.SECTIONS.items():
        parent = _category(section, slug, next(position))
        for child in below:
            made[child] = _category(names[child], child, next(position), parent)
    return [made[theme.slug].pk for theme in THEMES]


def _category(name: str, slug: str, position: int, parent: Category | None = None) -> Category:
    fields = {"slug": slug, "position": position, "parent": parent}
    return Category.objects.get_or_create(name=name, defaults=fields)[0]


def _staff() -> tuple[User | None, User | None, User | None]:
    """Return the writer, the editor and the chief of the demonstration, made where they lack.

    Nobody has a password before the site is started on this machine. Where a newsroom has users
    of its own no logins are added, and nobody is said to have written the corpus.
    """
    names = ("writer", "editor", "chief")
    if not User.objects.exclude(pk__in=demo_logins.ours()).exists():
        existing = set(demo_logins.ours().values_list("username", flat=True))
        for name in names:
            if name not in existing:
                demo_logins.make(name, None)
    found = {user.username: user for user in demo_logins.ours()}
    writer, editor, chief = map(found.get, names)
    return writer, editor, chief
