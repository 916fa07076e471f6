"""Manuscripts at every stage of the desk, for somebody who tries Genko at home."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from posts import demo, demo_logins, formats, text
from posts.models import (
    JST,
    Author,
    Category,
    Event,
    Manuscript,
    Post,
    SiteSettings,
    Tag,
)
from posts.review import Reading

FOLDER = Path(demo.__file__).with_name("desk")
DAY = timedelta(days=1)
ADDENDUM = """
## 追記：改正の朝

12月1日、始発の山線は定刻に駅前を出た。乗客は11人。三枝木さんは運転席の後ろに立ち、旧市場前を過ぎたところで\
手帳に「+8秒」と書いた。8秒だけ余った、という意味である。
"""


@transaction.atomic
def lay(now: datetime) -> bool:
    """Lay them on the desk of the demonstration; return whether they were.

    Once: not where somebody of the demonstration has been at work, nor beside another paper.
    """
    people = {user.username: user for user in demo_logins.ours()}
    if len(people) < len(demo_logins.ROLES) or SiteSettings.load().name != demo.PAPER["name"]:
        return False
    if Event.objects.filter(by__in=people.values()).exists():
        return False
    Desk(people, now).lay()
    return True


class Desk:
    """The people of the demonstration and their week, which ends at `now`."""

    def __init__(self, people: dict[str, User], now: datetime) -> None:
        self.writer, self.editor, self.chief = (people[n] for n in ("writer", "editor", "chief"))
        self.now = now
        self.today = now.astimezone(JST).date()

    def lay(self) -> None:
        """Begin the manuscripts and move each to where it stands."""
        Author.objects.filter(name="久我原澄", user=None).update(user=self.writer)
        Author.objects.filter(name="名越ふみ", user=None).update(user=self.editor)
        self.begun()
        self.overdue()
        self.returned()
        self.in_review()
        self.ready()
        self.scheduled()
        self.correction()

    def begun(self) -> None:
        """A writer has begun one that is planned for next week."""
        post = self.begin("closing-tune", self.writer, days=1)
        self.plan(post, self.today + 9 * DAY)

    def overdue(self) -> None:
        """Another one was to be done by yesterday."""
        post = self.begin("noticeboard", self.writer, days=6)
        self.plan(post, self.today - DAY)

    def returned(self) -> None:
        """An editor has questions and sent it back."""
        post, asked = self.begin("rain-gutter", self.writer, days=5), self.now - 2 * DAY
        post.submit(self.writer, now=self.now - 3 * DAY)
        words = "「8割」の根拠はありますか。宇津木さんの実感なら、そう読めるように書いてください。"
        self.remark(post, "日本の家屋の8割", words, asked)
        words = "いい終わりかたです。この一文の前に、もう一拍あってもよいと思います。"
        self.remark(post, "葉は、砂の上に残った水に浮かんで、最後に来る。", words, asked)
        note = "コメントの2点を見てください。数字が確かになれば、すぐ載せられます。"
        post.return_(self.editor, note=note, now=asked)

    def in_review(self) -> None:
        """One waits for an editor, who has read half of it."""
        post = self.begin("school-clock", self.writer, days=3)
        self.plan(post, self.today + 5 * DAY)
        post.submit(self.writer, note="日誌の写しを別に送りました。", now=self.now - DAY)
        words = "平成6年は1994年です。今年までなら32年ではありませんか。"
        self.remark(post, "28年のあいだ", words, self.now - DAY / 4)

    def ready(self) -> None:
        """One is approved and has its day."""
        post = self.begin("carrying-pencils", self.editor, days=4)
        self.plan(post, self.today + 2 * DAY)
        post.submit(self.editor, now=self.now - 2 * DAY)
        post.approve(self.chief, now=self.now - DAY)

    def scheduled(self) -> None:
        """One goes out tomorrow at seven in the morning."""
        post = self.begin("stock-the-day-before", self.editor, days=4)
        morning = datetime.combine(self.today + DAY, time(7), JST)
        post.publish(self.chief, at=morning, now=self.now - DAY / 3)

    def correction(self) -> None:
        """What is public since last week is to get an addendum."""
        post = Post.objects.filter(slug="why-three-buses-an-hour").first()
        if post is None:  # the import could not take it
            return
        longer = replace(post.manuscript, body=post.manuscript.body.rstrip() + "\n" + ADDENDUM)
        # Not before: what is public was imported a moment ago.
        post.write(longer, by=self.writer, base=post.version, now=self.now)
        post.submit(self.writer, note="改正の日のことを書き足しました。", now=self.now)

    def begin(self, name: str, by: User, *, days: int) -> Post:
        """Begin the manuscript of a file, some days ago."""
        path = FOLDER / f"{name}.md"
        record = formats.parse(path.name, path.read_bytes(), zone=JST)
        manuscript = Manuscript(
            title=record.title,
            slug=record.slug,
            deck=str(record.extra.get("deck", "")),
            body=record.body.strip() + "\n",
            excerpt=record.excerpt,
            category=Category.named(record.categories[0]).pk,
            bylines=tuple((Author.named(author).pk, "") for author in record.authors),
            tags=tuple(tag.pk for tag in Tag.named(record.tags)),
        )
        return Post.begin(manuscript, by=by, now=self.now - days * DAY)

    def plan(self, post: Post, day: date) -> None:
        """Give a manuscript its day in the calendar."""
        post.arrange(by=self.chief, planned_on=day, now=post.created_at + DAY / 24)

    def remark(self, post: Post, quote: str, words: str, now: datetime) -> None:
        """Let the editor comment on what the manuscript says."""
        body = Reading(post, post.head, now).body
        start = body.index(quote)
        place = text.anchor(body, text.Span(start, start + len(quote)))
        post.remark(self.editor, words, on=place, now=now)
