"""Content: what an editor writes into a manuscript, as columns and rows of its post."""

from typing import TYPE_CHECKING, cast

from django.db import models
from taggit.managers import TaggableManager

from posts.models.addresses import Slug
from posts.models.byline import Byline
from posts.models.manuscript import Manuscript
from posts.models.moves import Refused
from posts.models.taxonomy import Tagging
from posts.models.title_index import TitlePair

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from posts.models.post import Post


class Content(models.Model):
    """The content of a post; `Manuscript` is the same as one value."""

    title = models.CharField("題", max_length=200)
    slug = models.SlugField(
        "スラッグ",
        max_length=100,
        blank=True,
        allow_unicode=True,
        help_text="住所になる短い英語です。空のままなら、公開のときに日付から作ります。",
    )
    deck = models.TextField("リード", blank=True)
    body = models.TextField("本文", blank=True)
    # The database has the default too: the code of the version before writes rows without it.
    breaks = models.BooleanField(
        "改行をそのまま",
        default=False,
        db_default=False,
        help_text=(
            "note・Zenn・Qiita の原稿のように、改行したところで行を変えます。"
            "選ばなければ、段落は空行で分け、段落の中の改行はつなげて表示します。"
        ),
    )
    excerpt = models.TextField(
        "要約", blank=True, help_text="一覧と検索結果に出ます。空なら本文の書き出しから作ります。"
    )
    category = models.ForeignKey(
        "posts.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name="カテゴリー",
    )
    series = models.ForeignKey(
        "posts.Series",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name="連載",
    )
    series_part = models.PositiveSmallIntegerField("回", null=True, blank=True)
    cover = models.ForeignKey(
        "posts.Media",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="表紙の画像",
    )
    authors = models.ManyToManyField("posts.Author", through="posts.Byline", related_name="posts")
    tags = TaggableManager("タグ", through=Tagging, blank=True)
    reading_minutes = models.PositiveSmallIntegerField(
        "読了時間（分）", null=True, blank=True, help_text="空なら字数から計算します。"
    )
    original_date = models.DateTimeField("もとの公開日時", null=True, editable=False)
    front_matter = models.JSONField("そのほかの項目", default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    bylines: "RelatedManager[Byline]"
    taggings: "RelatedManager[Tagging]"

    @property
    def itself(self) -> "Post":
        """This object: `Post` is the one class that is made of these parts."""
        return cast("Post", self)

    @property
    def manuscript(self) -> Manuscript:
        """The content as it stands in the post's own rows."""
        plain = {name: getattr(self, name) for name in (*SCALARS, "original_date", "front_matter")}
        links = {name: getattr(self, f"{name}_id") for name in RELATIONS}
        return Manuscript(
            **plain,
            **links,
            bylines=tuple(self.bylines.values_list("author_id", "role")),
            tags=tuple(self.taggings.order_by("pk").values_list("tag_id", flat=True)),
        )

    def _take(self, manuscript: Manuscript) -> None:
        """Write `manuscript` into the columns and through rows."""
        fresh, title = not self.pk, self.title
        for name in (*SCALARS, "original_date", "front_matter"):
            setattr(self, name, getattr(manuscript, name))
        for name in RELATIONS:
            setattr(self, f"{name}_id", getattr(manuscript, name))
        self.save()
        if fresh or self.title != title:
            TitlePair.index([self.itself])
        if manuscript.slug:
            self._reserve(manuscript.slug)
        if not fresh:
            self.bylines.all().delete()
            self.taggings.all().delete()
        Byline.objects.bulk_create(
            Byline(post=self.itself, author_id=author, role=role, position=position)
            for position, (author, role) in enumerate(manuscript.bylines)
        )
        Tagging.objects.bulk_create(
            Tagging(content_object=self, tag_id=tag) for tag in manuscript.tags
        )

    def _reserve(self, slug: str) -> None:
        """Reserve `slug` for this post for ever. Raises Refused when it is another's."""
        reserved, _ = Slug.objects.get_or_create(path=slug, defaults={"post": self.itself})
        if reserved.post_id != self.pk:
            raise Refused(f"スラッグ「{slug}」は別の記事が使っています。ほかの名前にしてください。")


SCALARS = (
    *("title", "slug", "deck", "body", "breaks", "excerpt"),
    *("series_part", "reading_minutes"),
)
RELATIONS = ("category", "series", "cover")
