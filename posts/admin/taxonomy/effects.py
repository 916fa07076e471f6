"""What a merge changes, in words: for the confirmation. No count goes beyond a bound."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from posts.models import CHECKS, Author, Category, Edition, Post, Redirect, Series, Tag
from posts.templatetags.desk import person

from .uses import number

COUNTED = 1000
NAMED = 5


class Conflict(NamedTuple):
    """Two manuscripts with one number in a series."""

    part: int
    ours: Post
    theirs: Post


def effects(source: Any, target: Any) -> list[str]:
    """Return what merging `source` into `target` changes, a sentence each."""
    special: dict[type, Any] = {Author: _author, Category: _category, Series: _series, Tag: _tag}
    return [
        *_articles(source, target),
        *special[type(source)](source, target),
        *_addresses(source, target),
        f"「{source}」は、一覧にも入力の候補にも出なくなります。以前の版を復元しても「{target}」"
        "になります。",
    ]


def conflicts(source: Any, target: Any) -> list[Conflict]:
    """Return the parts that two series both have, as far as one page shows them."""
    if not isinstance(source, Series):
        return []
    numbered = Post.objects.exclude(series_part=None).only("pk", "title", "series_part")
    theirs = {post.series_part: post for post in numbered.filter(series=target)[:COUNTED]}
    ours = numbered.filter(series=source, series_part__in=theirs).order_by("series_part", "pk")
    return [
        Conflict(post.series_part, post, theirs[post.series_part])
        for post in ours[:50]
        if post.series_part is not None
    ]


def _some(rows: QuerySet[Any]) -> str:
    return number(rows.order_by()[: COUNTED + 1].count(), COUNTED)


def _names(rows: QuerySet[Any]) -> str:
    """Return the first of the names of `rows`, and whether there are more."""
    names = [f"「{row}」" for row in rows[: NAMED + 1]]
    return "".join(names[:NAMED]) + ("など" if len(names) > NAMED else "")


def _articles(source: Any, target: Any) -> Iterator[str]:
    kind = source._meta.verbose_name
    if source.posts_under().exists():
        posts = _some(source.posts_under().values("pk"))
        yield f"原稿{posts}本（下書きや保管したものも含む）の{kind}が「{target}」になります。"
    else:
        yield f"「{source}」の原稿はありません。"
    rows = source.listed().public()
    column = "pk" if rows.model is Edition else "edition"
    public = _some(rows.values(column).distinct())
    if public != "0":
        below = "（下のカテゴリーも含む）" if isinstance(source, Category) else ""
        yield (
            f"公開中の記事{public}本{below}は、すぐに「{target}」の一覧へ移り、"
            f"記事の{kind}の表示も変わります。"
        )


def _addresses(source: Any, target: Any) -> Iterator[str]:
    old = Redirect.objects.filter(**{source._meta.model_name: source}).order_by("pk")
    paths = [source.path, *old.values_list("path", flat=True)[:NAMED]]
    yield f"{'、'.join(paths)} を開いた読者は、{target.path} へ移ります（301）。"
    if not (source.listed().public().exists() or target.listed().public().exists()):
        yield "公開中の記事ができるまでは、どの住所も「見つかりません」のままです。"


def _tag(source: Tag, target: Tag) -> Iterator[str]:
    aliases = _names(source.aliases.all())
    yield (
        f"「{source}」{aliases}は「{target}」の別名になり、これから入力しても「{target}」になります。"
    )
    if source.posts_under().filter(taggings__tag=target).exists():
        yield "両方のタグが付いている原稿と記事では、一つになります。"


def _author(source: Author, target: Author) -> Iterator[str]:
    yield f"肩書き・紹介文・写真・リンクは「{target}」のものが残ります。"
    if source.posts_under().filter(bylines__author=target).exists():
        yield "二人で署名していた原稿と記事では、同じ役割の署名が一つになります。"
    ours, theirs = source.user, target.user
    if ours and theirs:
        yield (
            f"ログイン：{person(theirs)}さんは「{source}」の原稿も自分の原稿として扱えるように"
            f"なります。{person(ours)}さんは著者との結びつきがなくなり、自分で作った原稿だけが"
            "自分の原稿になります（ログインそのものは残ります）。"
        )
    elif ours:
        yield (
            f"ログイン：{person(ours)}さんのログインは「{target}」に結ばれ、「{target}」の原稿も"
            "自分の原稿として扱えるようになります。"
        )
    elif theirs:
        yield (
            f"ログイン：{person(theirs)}さんは「{source}」の原稿も自分の原稿として扱えるように"
            "なります。"
        )


def _category(source: Category, target: Category) -> Iterator[str]:
    if source.children.exists():
        yield f"下にある{_names(source.children.all())}は「{target}」の下へ移ります。"
    if source.disclosure != target.disclosure:
        kept = f"「{target}」の注記が添えられます" if target.disclosure else "注記は付きません"
        yield f"注記が違います。「{source}」の注記は出なくなり、記事には{kept}。"
    people = [person(beat.user) for beat in source.beats.select_related("user")]
    if people:
        yield (
            f"{'・'.join(people)}さんの担当は「{target}」になり、"
            f"「{target}」の原稿をすべて扱えるようになります。"
        )
    if rules := set(source.check_rules.values_list("check_name", flat=True)):
        kept_rules = set(target.check_rules.values_list("check_name", flat=True))
        labels = {check.name: check.label for check in CHECKS}
        moved = [labels.get(name, name) for name in sorted(rules - kept_rules)]
        if moved:
            yield f"公開前の検査の例外（{'・'.join(moved)}）は「{target}」に当てはまります。"
        if rules & kept_rules:
            yield f"公開前の検査の例外がどちらにもあるものは、「{target}」の決まりが残ります。"


def _series(source: Series, target: Series) -> Iterator[str]:
    yield f"説明と「完結」は「{target}」のものが残ります。回の番号は、どの記事も今のままです。"
