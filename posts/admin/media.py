"""Pictures on the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html

from posts import images
from posts.admin.rights import RightAdmin
from posts.models import Author, Edition, Media, may


def examined(upload: Any) -> str:
    """Return the digest of an uploaded picture. Raises ValidationError for what is none."""
    if upload.size > images.MAX_BYTES:
        raise ValidationError("画像が大きすぎます（30MBまで）。")
    try:
        digest = images.clean(upload.read()).digest
    except images.Refused as error:
        raise ValidationError(str(error)) from error
    upload.seek(0)
    return digest


class MediaForm(forms.ModelForm):
    """A picture to be uploaded, and the words that go with it."""

    upload = forms.FileField(label="画像ファイル", help_text="JPEG・PNG・GIF・WebP（30MBまで）。")

    class Meta:
        model = Media
        fields = ["alt", "caption", "credit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["upload"]

    def clean_upload(self) -> Any:
        """Refuse what is no picture, before anything is stored."""
        upload = self.cleaned_data["upload"]
        self.digest = examined(upload)
        return upload


@admin.register(Media)
class MediaAdmin(RightAdmin):
    """The pictures of the paper."""

    right = "illustrate"
    form = MediaForm
    list_display = ["thumbnail", "name", "alt", "credit", "dimensions", "uploaded_at"]
    list_display_links = ["thumbnail", "name"]
    search_fields = ["name", "alt", "caption", "credit"]
    readonly_fields = ["picture", "dimensions", "name", "uploaded_at"]

    def has_change_permission(self, request: HttpRequest, obj: Media | None = None) -> bool:
        """Return whether the person may change the words.

        Alt and caption stand on public pages at once. So a writer changes only those of an
        own picture that no reader has seen.
        """
        if obj is None or may(request.user, "describe"):
            return may(request.user, self.right)
        own = obj.uploaded_by_id is not None and obj.uploaded_by_id == request.user.pk
        shown = Edition.objects.filter(cover=obj).exists()
        return own and not shown and not Author.objects.filter(portrait=obj).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: bodies name pictures by address, which no PROTECT can see."""
        return False

    def get_fields(self, request: HttpRequest, obj: Media | None = None) -> Any:
        """Show the picture once there is one."""
        words = ["alt", "caption", "credit"]
        return (
            ["picture", *words, "name", "dimensions", "uploaded_at"]
            if obj
            else [
                "upload",
                *words,
            ]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Media | None = None) -> list[str]:
        """There is nothing to show before the upload."""
        return list(self.readonly_fields) if obj else []

    def save_model(self, request: HttpRequest, obj: Media, form: ModelForm, change: bool) -> None:  # noqa: FBT001
        """Keep a new picture; the same bytes are one picture, whoever uploads them."""
        if change:
            obj.save()
            return
        upload = form.cleaned_data["upload"]
        words = {name: form.cleaned_data[name] for name in ("alt", "caption", "credit")}
        known = Media.objects.filter(digest=form.digest).first()  # type: ignore[attr-defined]
        if known and not self.has_change_permission(request, known):
            words = {}
        kept = Media.keep(upload.read(), upload.name, by=request.user, **words)
        obj.__dict__.update(kept.__dict__)

    @admin.display(description="")
    def thumbnail(self, obj: Media) -> str:
        """Return the picture, small."""
        return self._image(obj, "thumbnail")

    @admin.display(description="画像")
    def picture(self, obj: Media) -> str:
        """Return the picture."""
        return self._image(obj, "picture")

    @admin.display(description="大きさ")
    def dimensions(self, obj: Media) -> str:
        """Return width and height in pixels."""
        return f"{obj.width} × {obj.height}"

    def _image(self, obj: Media, css: str) -> str:
        return format_html(
            '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
            css,
            obj.url,
            obj.alt,
            obj.width,
            obj.height,
        )
