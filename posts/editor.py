"""The editor's form: from what a person typed to a `Manuscript`."""

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.forms import BaseInlineFormSet
from django.utils import timezone

from posts import text
from posts.models import (
    JST,
    LASTING,
    Category,
    Change,
    Manuscript,
    Post,
    Slug,
    Tag,
    is_address,
)

MAX_BODY = 700_000  # characters, about 2 MB of UTF-8
ARRANGED = {"planned_on", "kind"}  # what is no part of the text
TAG_SEPARATORS = re.compile(r"[,，、\n]")

# First parts of addresses that a static page must not take.
RESERVED = {
    *("admin", "archive", "authors", "categories", "feed", "feeds", "media", "page", "posts"),
    *("preview", "review", "search", "series", "static", "tags"),
}


class PostForm(forms.ModelForm):
    """All that an editor writes, the version it began from, and tags as words."""

    base = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    tags = forms.CharField(
        label="タグ",
        required=False,
        max_length=1000,
        help_text="「、」で区切ります。全角・半角や大文字・小文字の違いは同じタグになります。",
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    class Meta:
        model = Post
        fields = [
            "title",
            "deck",
            "body",
            "breaks",
            "excerpt",
            "kind",
            "slug",
            "category",
            "tags",
            "series",
            "series_part",
            "cover",
            "reading_minutes",
            "planned_on",
        ]
        widgets = {
            "title": forms.Textarea(
                attrs={"class": "title", "rows": 1, "placeholder": "題", "autocomplete": "off"}
            ),
            "deck": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(
                attrs={"class": "manuscript", "rows": 28, "placeholder": "本文", "lang": "ja"}
            ),
            "excerpt": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body: Any = self.fields.get("body")  # not there for those who may only look
        if body:
            body.strip = False  # a paragraph begins with a full-width space
        for name in {"series_part", "reading_minutes"} & set(self.fields):
            # PostgreSQL's column ends here; SQLite's would hold more.
            self.fields[name].validators.append(MaxValueValidator(32_767))
        for name in ARRANGED & set(self.fields):
            # The form says what it began from: what somebody moved meanwhile is not moved back.
            self.fields[name].show_hidden_initial = True
        self.initial["base"] = self.instance.version
        if self.instance.pk:
            rows = self.instance.taggings.select_related("tag").order_by("pk")
            self.initial["tags"] = "、".join(row.tag.name for row in rows)
        else:
            self.initial.pop("tags", None)

    @property
    def rearranged(self) -> list[str]:
        """What this person changed of that which no revision holds."""
        return [name for name in self.changed_data if name in ARRANGED]

    def clean_base(self) -> int:
        """Return the version that the form began from; one that names none is stale."""
        return self.cleaned_data["base"] or 0

    def clean_title(self) -> str:
        """Refuse a title of spaces only; a title is one line, however the field wraps it."""
        lines = text.clean(self.cleaned_data["title"])[0].splitlines()
        title = "".join(lines).strip()
        if not title:
            raise ValidationError("題を入力してください。")
        return title

    def clean_body(self) -> str:
        """Refuse a body over the limit; browsers send CRLF, manuscripts have LF."""
        body: str = text.clean(self.cleaned_data["body"])[0]
        if len(body) > MAX_BODY:
            raise ValidationError(f"本文が長すぎます（{len(body):,}字。上限は{MAX_BODY:,}字）。")
        return body

    def clean_slug(self) -> str:
        """Refuse a slug that is another post's, or that is an address of the site."""
        slug = text.canonical_slug(self.cleaned_data["slug"])
        if Slug.objects.filter(path=slug).exclude(post=self.instance.pk).exists():
            raise ValidationError(
                "このスラッグは別の記事が使っています（以前に使っていたものも再利用できません）。"
            )
        if slug in RESERVED:
            raise ValidationError(f"「{slug}」はサイトの住所に使われています。")
        return slug

    def clean_tags(self) -> list[str]:
        """Return the words, each once."""
        words = [word.strip() for word in TAG_SEPARATORS.split(self.cleaned_data["tags"])]
        if too_long := [word for word in words if len(word) > 50]:
            raise ValidationError(f"タグが長すぎます（50字まで）：{too_long[0][:20]}…")
        return [word for word in words if text.fold(word)]

    def words(self) -> Manuscript:
        """Return what was typed, but the signatures and the tags; nothing is stored."""
        data = self.cleaned_data
        return Manuscript(
            title=data["title"],
            slug=data["slug"],
            deck=data["deck"],
            body=data["body"],
            breaks=data["breaks"],
            excerpt=data["excerpt"],
            category=data["category"] and data["category"].current.pk,
            series=data["series"] and data["series"].current.pk,
            series_part=data["series_part"],
            cover=data["cover"] and data["cover"].pk,
            reading_minutes=data["reading_minutes"],
            original_date=self.instance.original_date,
            front_matter=self.instance.front_matter,
        )

    def manuscript(self, bylines: tuple[tuple[int, str], ...]) -> Manuscript:
        """Return what was typed; tags that do not exist are made."""
        tags = tuple(tag.pk for tag in Tag.named(self.cleaned_data["tags"]))
        return replace(self.words(), bylines=bylines, tags=tags)


class BylineFormSet(BaseInlineFormSet):
    """The signatures. The verb writes their rows anew, so the ids in a form say nothing.

    Somebody else's save has replaced them meanwhile: they must not refuse a stale form,
    whose text is to be kept.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        """Take any id; a new row has no number yet and comes last."""
        super().add_fields(form, index)
        row = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=form.instance.pk)
        form.fields["id"] = row
        form.fields["position"].initial = None
        form.fields["position"].required = False


def bylines_of(formset: BaseInlineFormSet) -> tuple[tuple[int, str], ...]:
    """Return the signatures in a valid formset, in the order of their numbers."""
    rows = [
        form.cleaned_data
        for form in formset.forms
        if form.cleaned_data.get("author") and not form.cleaned_data.get("DELETE")
    ]
    # An empty number keeps its place at the end.
    rows.sort(key=lambda row: (row.get("position") is None, row.get("position") or 0))
    return tuple(dict.fromkeys((row["author"].current.pk, row["role"]) for row in rows))


class MoveForm(forms.Form):
    """What a move may be given: a note, and the version that the person had before them."""

    version = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    note = forms.CharField(
        label="メモ", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(
        self, *args: Any, stopped: bool = False, post: Post | None = None, **kwargs: Any
    ) -> None:
        """Make the form to move `post`; `stopped`: a check stops that, unless a reason is given."""
        super().__init__(*args, **kwargs)
        self.post = post
        if stopped:
            self.fields["override"] = forms.CharField(
                label="それでも公開する理由",
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=500,
                help_text="操作の記録に残ります。",
            )


class ReturnForm(MoveForm):
    """Sending back says why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = "直してほしいこと"
        self.fields["note"].required = True


class RestoreForm(MoveForm):
    """Going back to a revision needs no words: the new one notes which it was."""

    note = None  # type: ignore[assignment]


class CopyForm(MoveForm):
    """A copy needs no words: both histories name the other."""

    note = None  # type: ignore[assignment]


class EraseForm(MoveForm):
    """What cannot be undone is asked twice, by its title."""

    sure = forms.BooleanField(error_messages={"required": "消去するなら、ここを選んでください。"})
    field_order = ["note", "sure"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = f"「{self.post}」を消去する（元に戻せません）"


class JSTDateTimeField(forms.SplitDateTimeField):
    """A day and a time in Japan, both or neither."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "日付"},
            time_attrs={"type": "time", "aria-label": "時刻"},
            time_format="%H:%M",
        )
        super().__init__(required=False, widget=widget, **kwargs)


class PublishForm(MoveForm):
    """When to publish, until when, and what readers are told of the change."""

    at = JSTDateTimeField(label="公開日時", help_text="空なら、いますぐ公開します（日本時間）。")
    until = JSTDateTimeField(label="公開終了", help_text="空なら、終わりを決めません。")
    kind = forms.ChoiceField(
        label="変更の種類",
        choices=Change,
        initial=Change.UPDATE,
        help_text="「軽微な修正」では更新日を変えません。",
    )
    field_order = ["override", "at", "until", "kind", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        self.fields["note"].label = "変更の説明"
        self.fields["note"].help_text = "訂正や追記のときに、読者に伝える文です。"

    def clean_note(self) -> str:
        """Ask for words where readers are told of a change by its name."""
        note: str = self.cleaned_data["note"]
        kind = self.data.get("kind")
        if kind in LASTING and not note.strip():
            raise ValidationError(
                f"{Change(kind).label}では、何を変えたのかを読者に伝える文が要ります。"
            )
        return note

    def clean_at(self) -> Any:
        """Refuse the past."""
        return _future(self.cleaned_data["at"])

    def clean_until(self) -> Any:
        """Refuse the past."""
        return _future(self.cleaned_data["until"])


class UnpublishForm(MoveForm):
    """When the publication ends."""

    at = JSTDateTimeField(label="公開終了", help_text="空なら、いますぐ終えます（日本時間）。")
    field_order = ["at", "note"]

    def clean_at(self) -> Any:
        """Refuse the past."""
        return _future(self.cleaned_data["at"])


def _future(moment: Any) -> Any:
    if moment and moment <= timezone.now():
        shown = moment.astimezone(JST)
        raise ValidationError(f"{shown:%Y年%-m月%-d日 %H:%M}は過去の日時です。")
    return moment


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "return_": ReturnForm,
    "publish": PublishForm,
    "unpublish": UnpublishForm,
    "restore": RestoreForm,
    "copy": CopyForm,
    "erase": EraseForm,
}


class PlanForm(forms.Form):
    """The planned day of a manuscript; none takes it off the calendar."""

    planned_on = forms.DateField(required=False)

    def clean_planned_on(self) -> Any:
        """Refuse a day that no calendar shows."""
        day = self.cleaned_data["planned_on"]
        if day and not 2000 <= day.year < 2200:
            raise ValidationError("その年の予定表はありません。")
        return day


class CalendarForm(forms.Form):
    """What the calendar shows: all, or some of it."""

    mark = forms.ChoiceField(
        label="種類",
        required=False,
        choices=[
            ("", "すべて"),
            ("planned", "掲載予定"),
            ("scheduled", "公開予定"),
            ("published", "公開"),
        ],
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(merged_into=None),
        label="カテゴリー",
        required=False,
        empty_label="すべて",
    )
    person = forms.CharField(
        label="署名",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "名前の一部", "size": 12}),
    )

    def clean_person(self) -> str:
        """Drop what no name holds."""
        return text.clean(self.cleaned_data["person"])[0].strip()


class MenuField(forms.CharField):
    """The entries of a menu, a line each: what it says, then where it leads."""

    widget = forms.Textarea(attrs={"rows": 4})
    MOST = 12
    LONGEST = 500  # characters of a line

    def prepare_value(self, value: Any) -> Any:
        """Return the entries as lines."""
        if isinstance(value, list):
            return "\n".join(f"{one['name']} {one['address']}" for one in value)
        return value

    def to_python(self, value: Any) -> Any:
        """Return the lines as entries. Raises ValidationError."""
        # What browsers would skip in an address goes before anything is asked of it.
        typed = text.clean(super().to_python(value) or "")[0]
        lines = [line.strip() for line in typed.splitlines()]
        entries = [self._entry(line) for line in lines if line]
        if len(entries) > self.MOST:
            raise ValidationError(f"メニューは{self.MOST}個までにしてください。")
        return entries

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the lines say something else than the entries."""
        return super().has_changed(initial or [], data)

    @classmethod
    def _entry(cls, line: str) -> dict[str, str]:
        if len(line) > cls.LONGEST:
            raise ValidationError(f"「{line[:40]}…」が長すぎます。一行は{cls.LONGEST}字までです。")
        name, address = [*line.rsplit(maxsplit=1), ""][:2]
        if not is_address(address):
            raise ValidationError(
                f"「{line[:40]}」を読み取れません。「会社概要 /about/」のように書いてください。"
            )
        return {"name": name, "address": address}


class ImportForm(forms.Form):
    """A Jekyll article or a zip of a site, and what becomes of it."""

    source = forms.FileField(
        label="ファイル", help_text="Markdown のファイル一つか、サイト全体の zip（100MBまで）。"
    )
    state = forms.ChoiceField(
        label="公開",
        choices=[
            ("", "ファイルに書かれたとおり"),
            ("publish", "すべて公開"),
            ("draft", "すべて下書き"),
        ],
        required=False,
    )
    breaks = forms.BooleanField(
        label="改行をそのまま生かす",
        required=False,
        help_text="note・Zenn・Qiita から書き出した文章のときに選びます。",
    )
    dry_run = forms.BooleanField(label="試すだけ（何も保存しない）", required=False)

    def clean_source(self) -> Any:
        """Refuse a file over the limit before anything reads it."""
        source = self.cleaned_data["source"]
        if source.size > 100 * 1024 * 1024:
            raise ValidationError("ファイルが大きすぎます（100MBまで）。")
        return source
