"""Checks: what is looked at before a publication, and how strictly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from posts import text
from posts.models.comment import Comment
from posts.models.edition import Composed
from posts.models.manuscript import Manuscript
from posts.models.taxonomy import Category

if TYPE_CHECKING:
    from posts.models.post import Post

LONG_TITLE = 50  # 字; search engines and feeds cut what is longer


class CheckRule(models.Model):
    """How strict one check is: for the whole site, or for a category and those below it."""

    class Level(models.TextChoices):
        """What happens when the check finds something."""

        OFF = "off", "調べない"
        WARN = "warn", "知らせる"
        BLOCK = "block", "公開を止める"

    check_name = models.CharField("検査", max_length=40)
    category = models.ForeignKey(
        "posts.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="check_rules",
        verbose_name="カテゴリー",
        help_text="空なら、サイト全体の決まりです。",
    )
    level = models.CharField("扱い", max_length=10, choices=Level)

    class Meta:
        verbose_name = verbose_name_plural = "公開前の検査"
        constraints = [
            models.UniqueConstraint(fields=["check_name", "category"], name="check_rule_once"),
            models.UniqueConstraint(
                fields=["check_name"],
                condition=models.Q(category__isnull=True),
                name="check_rule_once_for_the_site",
            ),
        ]

    def __str__(self) -> str:
        return self.check_name

    @classmethod
    def levels(cls, category: int | None) -> dict[str, str]:
        """Return how strict each check is for what stands in `category`: the nearest rule holds."""
        above = Category.above(category)
        rules = cls.objects.filter(Q(category=None) | Q(category__in=above))
        nearest = {pk: place for place, pk in enumerate([*above, None])}
        found = {check.name: str(check.level) for check in CHECKS}
        for rule in sorted(rules, key=lambda rule: -nearest[rule.category_id]):
            found[rule.check_name] = rule.level
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be published: as it was written, and as readers would see it."""

    post: "Post"
    manuscript: Manuscript
    composed: Composed

    @property
    def is_article(self) -> bool:
        """Whether it stands in lists; a static page has no section and no signature."""
        return self.post.kind == "article"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what the desk calls it, how strict it is, and what it finds."""

    name: str
    label: str
    level: CheckRule.Level
    find: Callable[[Draft], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a sentence that says what, where and what to do."""

    check: Check
    message: str
    blocks: bool


def examine(draft: Draft) -> list[Finding]:
    """Return what the checks find in `draft`, what stops a publication first."""
    # Not the manuscript's own: a revision may name a category that was merged since.
    levels = CheckRule.levels(draft.composed.edition.category_id)
    found = [
        Finding(check, message, levels[check.name] == CheckRule.Level.BLOCK)
        for check in CHECKS
        if levels[check.name] != CheckRule.Level.OFF
        for message in check.find(draft)
    ]
    return sorted(found, key=lambda finding: not finding.blocks)


def _title(draft: Draft) -> Iterable[str]:
    length = text.count_graphemes(draft.manuscript.title)
    if length > LONG_TITLE:
        yield f"題が{length}字あります。{LONG_TITLE}字を超えると、検索結果で途中から切れます。"


def _slug(draft: Draft) -> Iterable[str]:
    if not (draft.manuscript.slug or draft.post.slug):
        yield "スラッグがありません。住所は、日付から自動で決まります。"


def _excerpt(draft: Draft) -> Iterable[str]:
    if draft.is_article and not draft.manuscript.excerpt.strip():
        yield "要約がありません。一覧と検索結果には、本文の書き出しが出ます。"


def _category(draft: Draft) -> Iterable[str]:
    if draft.is_article and not draft.composed.edition.category:
        yield "カテゴリーがありません。どのカテゴリーの一覧にも載りません。"


def _byline(draft: Draft) -> Iterable[str]:
    if draft.is_article and not draft.composed.bylines:
        yield "署名がありません。"


def _cover_alt(draft: Draft) -> Iterable[str]:
    cover = draft.composed.edition.cover
    if cover and not cover.alt.strip():
        yield "表紙の画像に、代わりの文（alt）がありません。画像が見えない人に伝わりません。"


def _image_alt(draft: Draft) -> Iterable[str]:
    rendered = draft.composed.rendered
    if rendered and (count := text.without_alt(rendered)):
        yield f"本文の画像{count}点に、代わりの文（alt）がありません。"


def _comments(draft: Draft) -> Iterable[str]:
    open_ones = Comment.objects.filter(post=draft.post, thread=None, resolved_at=None)
    if draft.post.pk and (count := open_ones.count()):
        yield f"解決していないコメントが{count}件あります。"


def _links(draft: Draft) -> Iterable[str]:
    rendered = draft.composed.rendered
    if rendered and rendered.broken:
        yield text.broken_links(rendered.broken)


def _markup(draft: Draft) -> Iterable[str]:
    if draft.composed.rendered:
        yield from text.misread(draft.composed.rendered)


# In the order in which the desk reads them.
CHECKS = (
    Check("title", "題の長さ", CheckRule.Level.WARN, _title),
    Check("slug", "スラッグ", CheckRule.Level.OFF, _slug),
    Check("excerpt", "要約", CheckRule.Level.OFF, _excerpt),
    Check("category", "カテゴリー", CheckRule.Level.WARN, _category),
    Check("byline", "署名", CheckRule.Level.WARN, _byline),
    Check("cover-alt", "表紙の代わりの文", CheckRule.Level.WARN, _cover_alt),
    Check("image-alt", "本文の画像の代わりの文", CheckRule.Level.WARN, _image_alt),
    Check("comments", "解決していないコメント", CheckRule.Level.WARN, _comments),
    Check("links", "サイト内のリンク", CheckRule.Level.WARN, _links),
    Check("markup", "Markdown の書き誤り", CheckRule.Level.WARN, _markup),
)
