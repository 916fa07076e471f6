"""The import of articles from files."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from posts import formats, imports
from posts.editor import ImportForm
from posts.models import may

from .desk import Desk

NAME_MAX = 255  # bytes of a file's name, on every file system


class Imports(Desk):
    """The upload."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="posts_post_import"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Import an uploaded article or a zip."""
        if not may(request.user, "import"):
            raise Http404("その操作はできません。")
        form = ImportForm(request.POST or None, request.FILES or None)
        if not may(request.user, "publish_imports"):
            form.fields["state"].initial = "draft"
            form.fields["state"].disabled = True
        report = None
        if request.method == "POST" and form.is_valid():
            try:
                report = import_upload(request, form.cleaned_data)
            except formats.Refused as error:
                form.add_error("source", str(error))
        return self.page(request, "import", None, title="取り込み", form=form, report=report)


def import_upload(request: HttpRequest, data: dict[str, Any]) -> imports.Report:
    """Import what was uploaded, under its own name. Raises formats.Refused."""
    upload = data["source"]
    publish = {"publish": True, "draft": False}.get(data["state"])
    options = imports.Options(publish, data["dry_run"], breaks=data["breaks"], by=request.user)
    # Only the last part of the name, and never one that leads elsewhere.
    name = Path(upload.name).name or "upload"
    if len(os.fsencode(name)) > NAME_MAX:
        raise formats.Refused("ファイルの名前が長すぎます。", hint="短くしてください。")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        with source.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return imports.run(source, options)
