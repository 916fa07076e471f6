"""The list of manuscripts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from posts.models import WINDOW, Edition, Post, PostQuerySet, Presence, Queue, may
from posts.templatetags.desk import person

from .desk import Desk

# Among how many manuscripts, the last saved ones, a change that waits is looked for: nothing tells
# a database which they are but a look at each.
LATELY = 10_000


class PublicationFilter(admin.SimpleListFilter):
    """Where a manuscript stands towards the readers."""

    title = "公開"
    parameter_name = "publication"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [
            ("live", "公開中"),
            ("changed", "未公開の変更あり"),
            ("waiting", "公開予定"),
            ("never", "未公開"),
            ("archived", "保管"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        """Return the manuscripts that are so; archived ones only when asked for."""
        editions = Edition.objects.filter(post=OuterRef("pk"))
        live = editions.public()
        wanted = self.value()
        if wanted == "archived":
            return queryset.filter(archived_at__isnull=False)
        queryset = queryset.filter(archived_at__isnull=True)
        if wanted == "live":
            return queryset.filter(Exists(live))
        if wanted == "changed":
            saved = Post.objects.order_by("-edited_at", "-pk").values_list("pk", flat=True)
            lately = queryset.filter(pk__in=saved[:LATELY])
            return found(lately.filter(Exists(live.exclude(version=OuterRef("version")))))
        if wanted == "waiting":
            coming = Edition.objects.filter(visible_from__gt=timezone.now())
            next_ones = coming.order_by("visible_from").values_list("post", flat=True)
            return found(queryset.filter(pk__in=list(next_ones[:WINDOW])))
        if wanted == "never":
            return queryset.filter(~Exists(editions))
        return queryset


class QueueFilter(admin.SimpleListFilter):
    """The lists of the work queue, whole."""

    title = "机"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the lists of the person's own queue."""
        return [
            ("mine", "自分の原稿"),
            ("review", "自分の確認待ち"),
            ("returned", "差し戻し"),
            ("ready", "公開待ち"),
            ("overdue", "期限超過"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        """Return the manuscripts of that list."""
        if self.value() not in dict(self.lookup_choices):
            return queryset
        wanted = getattr(Queue(request.user), str(self.value()))
        return found(queryset.filter(pk__in=list(wanted.values_list("pk", flat=True)[:WINDOW])))


class CategoryFilter(admin.RelatedFieldListFilter):
    """The categories there are: what was merged into another holds nothing."""

    def field_choices(self, field: Any, request: Any, model_admin: Any) -> Any:
        """Return the choices."""
        ordering = self.field_admin_ordering(field, request, model_admin)
        kept = {"merged_into": None}
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=kept)


def found(rows: QuerySet[Post]) -> QuerySet[Post]:
    """Return `rows`, of which there are not many, by their numbers.

    What they took to find is not asked again for their count and their page; and a database
    might rather walk through all manuscripts than sort these.
    """
    return Post.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))


class Rows(ChangeList):
    """The rows of a page, which are chosen first and read then.

    A database that has to sort would otherwise find what stands beside each manuscript for all
    of them, and throw most of it away.
    """

    def get_results(self, request: HttpRequest) -> None:
        """Choose the page, then read it without asking again who may see what was chosen."""
        super().get_results(request)
        desk: Any = self.model_admin
        chosen: Any = self.result_list
        keys = list(chosen.values_list("pk", flat=True))
        rows = desk.complete(request, Post.objects.filter(pk__in=keys).select_related("category"))
        self.result_list = rows.order_by(*chosen.query.order_by)


class Listing(Desk):
    """The list: where each manuscript stands."""

    list_display = ["title_line", "state", "names", "category", "dates", "planned_on", "edited"]
    list_display_links = None
    list_filter = [QueueFilter, PublicationFilter, "status", ("category", CategoryFilter)]
    list_select_related = ["category"]
    date_hierarchy = None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Tell the list whether to offer the import."""
        context = {"may_import": may(request.user, "import"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def complete(self, request: HttpRequest, rows: PostQuerySet) -> PostQuerySet:
        """Add who else has the manuscripts open."""
        tabs = Presence.objects.current(timezone.now()).exclude(user=request.user.pk)
        return super().complete(request, rows).prefetch_related(Prefetch("presences", tabs))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Rows]:
        """Return what chooses and reads the rows."""
        return Rows

    @admin.display(description="題", ordering="title")
    def title_line(self, obj: Post) -> str:
        """Return the title as the way into the form, and who is writing there."""
        address = reverse("admin:posts_post_change", args=[obj.pk])
        link = format_html('<a class="post-title" href="{}">{}</a>', address, obj.title)
        return format_html("{}{}{}", link, comments(obj), company(obj))

    @admin.display(description="状態")
    def state(self, obj: Post) -> str:
        """Return where the manuscript stands."""
        key, label = obj.state
        return format_html('<span class="state state-{}">{}</span>', key, label)

    @admin.display(description="署名")
    def names(self, obj: Post) -> str:
        """Return who signs."""
        return "、".join(byline.author.name for byline in obj.bylines.all())

    @admin.display(description="公開日時")
    def dates(self, obj: Post) -> str:
        """Return when it was, or will be, published."""
        moment = obj.live_from or obj.waiting_from  # type: ignore[attr-defined]
        if not moment:
            return ""
        shown = timezone.localtime(moment)
        until = obj.live_until  # type: ignore[attr-defined]
        end = f"（{timezone.localtime(until):%-m月%-d日}まで）" if until else ""
        return f"{shown:%Y年%-m月%-d日 %H:%M}{end}"

    @admin.display(description="最終保存", ordering="edited_at")
    def edited(self, obj: Post) -> str:
        """Return when it was last saved."""
        return f"{timezone.localtime(obj.edited_at):%Y年%-m月%-d日 %H:%M}"


def company(post: Post) -> str:
    """Return who else is writing on a manuscript, for beside its title."""
    names = dict.fromkeys(person(tab.user) for tab in post.presences.all())
    if not names:
        return ""
    who = "と".join(f"{name}さん" for name in names)
    return format_html('<span class="presence">いま{}が編集中</span>', who)


def comments(post: Post) -> str:
    """Return how many comments are open, as the way to them."""
    count = post.open_comments  # type: ignore[attr-defined]
    if not count:
        return ""
    review = reverse("admin:posts_post_review", args=[post.pk])
    return format_html(' <a class="open-comments" href="{}">コメント{}件</a>', review, count)
