"""The calendar (予定表): what is planned, scheduled and public, by months and weeks.

Weeks begin on Monday: a desk plans its working days towards the weekend, which stays in one piece.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from posts.editor import CalendarForm, PlanForm
from posts.models import (
    JST,
    Byline,
    Category,
    Edition,
    Post,
    Refused,
    Role,
    beat_of,
    can,
    roles,
)
from posts.templatetags.desk import day as written

from .desk import Desk

FOLD = 8  # marks of a day in a month; the rest is in the week
MOST = 2_000  # rows of a kind that are read for a page
WEEK = timedelta(days=7)
LIGHT = ("status", "version", "archived_at", "planned_on", "title", "category", "created_by")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a page shows: whole weeks; `month` is the month that is meant, if one is."""

    first: date
    stop: date
    month: date | None = None

    @classmethod
    def of_month(cls, day: date) -> Self:
        """Return the weeks of the month of `day`."""
        first = day.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        return cls(monday(first), monday(after - timedelta(days=1)) + WEEK, first)

    @classmethod
    def of_week(cls, day: date) -> Self:
        """Return the week of `day`."""
        return cls(monday(day), monday(day) + WEEK)

    @classmethod
    def asked(cls, query: QueryDict, today: date) -> Self:
        """Return what ?month=2026-04 or ?week=2026-04-06 asks for; this month otherwise."""
        if week := read_day(query.get("week", "")):
            return cls.of_week(week)
        return cls.of_month(read_day(f"{query.get('month', '')}-01") or today)

    @property
    def title(self) -> str:
        """What the period is called."""
        if self.month:
            return f"{self.month:%Y年}{self.month.month}月"
        last = self.stop - timedelta(days=1)
        return (
            f"{self.first:%Y年}{self.first.month}月{self.first.day}日〜{last.month}月{last.day}日"
        )

    @property
    def days(self) -> list[date]:
        """The days, in their order."""
        return [self.first + timedelta(days=n) for n in range((self.stop - self.first).days)]

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The half-open interval of its moments."""
        midnight = time(tzinfo=JST)
        return datetime.combine(self.first, midnight), datetime.combine(self.stop, midnight)

    @property
    def address(self) -> dict[str, str]:
        """What asks for this period."""
        return {"month": f"{self.month:%Y-%m}"} if self.month else {"week": f"{self.first}"}

    @property
    def before(self) -> "Period":
        """The period before this one."""
        if self.month:
            return Period.of_month(self.month - timedelta(days=1))
        return Period.of_week(self.first - WEEK)

    @property
    def after(self) -> "Period":
        """The period behind this one."""
        if self.month:
            return Period.of_month(self.month + timedelta(days=31))
        return Period.of_week(self.stop)


def monday(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def read_day(words: str) -> date | None:
    """Return the day that `words` name, if a calendar can show what is around it."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None


@dataclass(slots=True)
class Mark:
    """What stands on a day: a manuscript, planned, scheduled or public."""

    kind: str
    post: Post
    title: str
    day: date
    at: datetime | None = None
    names: str = ""
    movable: bool = False
    reschedulable: bool = False

    @classmethod
    def of(cls, kind: str, edition: Edition) -> Self:
        """Return the mark of an edition that opens, or that was published."""
        moment = edition.visible_from if kind == "scheduled" else edition.published_at
        at = moment.astimezone(JST)
        return cls(kind, edition.post, edition.title, at.date(), at)

    @property
    def order(self) -> tuple[bool, float, int]:
        """Its place in the day: what has a time comes first, in the order of times."""
        return (self.at is None, self.at.timestamp() if self.at else 0, self.post.pk)


@dataclass(slots=True)
class Day:
    """A day with its marks; `folded` says how many of them are not shown."""

    day: date
    now: date
    outside: bool
    marks: list[Mark] = field(default_factory=list)
    folded: int = 0

    @property
    def today(self) -> bool:
        """Whether it is this very day."""
        return self.day == self.now

    @property
    def gap(self) -> bool:
        """Whether it has nothing yet; of a day that is over nothing can be made."""
        return not self.marks and self.day >= self.now

    @property
    def weekend(self) -> str:
        """Which day of the weekend it is, for the stylesheet."""
        return {5: "saturday", 6: "sunday"}.get(self.day.weekday(), "")


class Calendars(Desk):
    """The calendar, and the moving of planned days."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("calendar/", wrap(self.calendar), name="posts_post_calendar"),
            path("<int:pk>/plan/", wrap(self.plan), name="posts_post_plan"),
            *super().get_urls(),
        ]

    def calendar(self, request: HttpRequest) -> HttpResponse:
        """Show a month or a week."""
        now = timezone.now()
        today = now.astimezone(JST).date()
        period = Period.asked(request.GET, today)
        form = CalendarForm(request.GET)
        form.full_clean()  # an odd value filters nothing
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
        days = fill(period, marks_of(request.user, period, chosen, now), today)
        shown = [mark for one in days for mark in one.marks]
        complete(request.user, shown, names=period.month is None)
        context: dict[str, Any] = {
            "title": f"予定表：{period.title}",
            "period": period,
            "days": days,
            "form": form,
            "today": today,
            "month_query": query_of(Period.of_month(period.month or today), form),
            "week_query": query_of(Period.of_week(today), form),
            "before_query": query_of(period.before, form),
            "after_query": query_of(period.after, form),
            "now_query": query_of(
                Period.of_month(today) if period.month else Period.of_week(today), form
            ),
            "query": query_of(period, form),
            "filters": query_of(None, form),
            "bare_query": urlencode(period.address),
        }
        return self.page(request, "calendar", None, **context)

    def plan(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move a manuscript to another planned day, or take its day away."""
        post = self.find(request, pk)
        if not can(request.user, "edit", post):
            raise Http404("その操作はできません。")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = PlanForm(request.POST)
        if form.is_valid():
            wanted = form.cleaned_data["planned_on"]
            try:
                post.arrange(by=request.user, planned_on=wanted)
            except Refused as error:
                messages.error(request, str(error))
            else:
                said = f"掲載予定日を{written(wanted)}にしました" if wanted else "予定を外しました"
                messages.success(request, f"「{post.title}」の{said}。")
        else:
            messages.error(request, "日付を読み取れませんでした。2026-04-01 の形で入れてください。")
        back = QueryDict(request.POST.get("back", "")[:500]).urlencode()
        return HttpResponseRedirect(f"{reverse('admin:posts_post_calendar')}?{back}")


def query_of(period: Period | None, form: CalendarForm) -> str:
    """Return the query that shows `period` through the filters of `form`."""
    query = QueryDict(mutable=True)
    query.update(period.address if period else {})
    for name, value in form.cleaned_data.items():
        if value:
            query[name] = str(getattr(value, "pk", value))
    return query.urlencode()


def marks_of(user: Any, period: Period, chosen: dict[str, Any], now: datetime) -> list[Mark]:
    """Return what stands in `period`, of what the person may see, in no order."""
    start, stop = period.bounds
    seen = wanted_posts(user, chosen)
    shown: list[Mark] = []
    if chosen.get("mark", "planned") == "planned":
        shown += planned(seen, period)
    editions = Edition.objects.select_related("post")
    light = [f"post__{name}" for name in LIGHT]
    editions = editions.only("title", "visible_from", "published_at", *light)
    if chosen.get("person") or chosen.get("category") or not sees_all(user):
        editions = editions.filter(Exists(seen.filter(pk=OuterRef("post_id"))))
    if chosen.get("mark", "scheduled") == "scheduled":
        coming = editions.filter(
            visible_from__gt=now, visible_from__gte=start, visible_from__lt=stop
        )
        shown += [Mark.of("scheduled", one) for one in coming.order_by("visible_from")[:MOST]]
    if chosen.get("mark", "published") == "published":
        kinds = Post.Kind.values
        public = editions.public(now).filter(kind__in=kinds).published_in(start, stop)
        shown += [Mark.of("published", one) for one in public.order_by("published_at")[:MOST]]
    return shown


def sees_all(user: Any) -> bool:
    """Return whether `user` sees every manuscript, so that none has to be looked at."""
    return bool(roles(user) - {Role.WRITER}) and beat_of(user) is None


def wanted_posts(user: Any, chosen: dict[str, Any]) -> QuerySet[Post]:
    """Return the manuscripts that the person may see and asks for."""
    rows = Post.objects.seen_by(user)
    category: Category | None = chosen.get("category")
    if category:
        rows = rows.filter(category__in=category.branch())
    if person := chosen.get("person"):
        signed = Byline.objects.filter(post=OuterRef("pk"), author__name__icontains=person)
        rows = rows.filter(Exists(signed))
    return rows


def planned(rows: QuerySet[Post], period: Period) -> Iterable[Mark]:
    """Yield the marks of planned days: those that no publication, past or coming, has met."""
    editions = Edition.objects.filter(post=OuterRef("pk")).order_by("-visible_from")
    rows = rows.filter(planned_on__gte=period.first, planned_on__lt=period.stop, archived_at=None)
    rows = rows.annotate(last=Subquery(editions.values("visible_from")[:1])).only(*LIGHT)
    now = timezone.now()
    for post in rows.order_by("planned_on", "pk")[:MOST]:
        last: datetime | None = post.last
        day: date = post.planned_on  # type: ignore[assignment]
        if last is None or (last <= now and last.astimezone(JST).date() < day):
            yield Mark("planned", post, post.title, day)


def fill(period: Period, marks: list[Mark], today: date) -> list[Day]:
    """Return the days of `period` with their marks; the days of a month fold."""
    days = {
        day: Day(day, today, bool(period.month and day.month != period.month.month))
        for day in period.days
    }
    for mark in sorted(marks, key=lambda mark: mark.order):
        days[mark.day].marks.append(mark)
    for one in days.values():
        most = FOLD if period.month else MOST
        one.marks, one.folded = one.marks[:most], max(len(one.marks) - most, 0)
    return list(days.values())


def complete(user: Any, marks: list[Mark], *, names: bool) -> None:
    """Add to what is shown what the person may do with it, and who signs it where `names` says so.

    What is public asks for no signature otherwise: it is most of a month.
    """
    signed = Prefetch("bylines", Byline.objects.select_related("author"))
    asked = [mark for mark in marks if names or mark.kind != "published"]
    prefetch_related_objects([mark.post for mark in asked], signed)
    for mark in asked:
        mark.names = "、".join(byline.author.name for byline in mark.post.bylines.all())
        mark.movable = mark.kind == "planned" and can(user, "edit", mark.post)
        mark.reschedulable = mark.kind == "scheduled" and can(user, "unschedule", mark.post)
