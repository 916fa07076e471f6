"""Small Jekyll sites, imports of them, and the rows that they leave."""

import io
import random
import zipfile
from pathlib import Path

import yaml
from django.apps import apps
from PIL import Image

from posts import imports
from posts.imports import Options


def article(title="題名", body="本文です。\n", **front):
    """Return the bytes of an article."""
    block = yaml.safe_dump({"title": title} | front, allow_unicode=True, sort_keys=False)
    return f"---\n{block}---\n{body}".encode()


def png(color="navy", size=(40, 30)):
    """Return the bytes of a picture; another colour is another picture."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def write(folder, files):
    """Write the files {name: bytes} below `folder` and return it."""
    for name, data in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Path(folder)


def pack(path, files, *, seed=None):
    """Write the files into the zip `path`, in a random order where `seed` is given."""
    names = sorted(files)
    if seed is not None:
        random.Random(seed).shuffle(names)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, files[name])
    return path


def load(source, **options):
    """Import `source` and return the report."""
    return imports.run(Path(source), Options(**options))


def outcomes(report):
    """Return {name of the file: what became of it}."""
    return {result.name: str(result.outcome) for result in report.results}


def notes(report):
    """Return all notes and reasons of a run as one text."""
    return "\n".join(
        line for result in report.results for line in (result.reason, *result.notes) if line
    )


def rows():
    """Return every row of every table of ours, with all its columns."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_app_config("posts").get_models()
    }


SITE = {
    "_config.yml": b"title: x\n",
    "README.md": "# 使い方\n".encode(),
    "assets/cover.png": png("teal"),
    "assets/body.png": png("gold", (64, 48)),
    "_posts/2024-01-02-first.md": article(
        "はじめて",
        "# 見出し\n\n本文です。\n\n![図](/assets/body.png)\n",
        author="山田太郎",
        categories=["投資分析"],
        tags=["AI", "生成 AI"],
        image={"path": "/assets/cover.png", "alt": "表紙", "caption": "撮影"},
    ),
    "_posts/2024-02-03-first.md": article(
        # The link leads to an article that comes later.
        "同じスラッグ",
        "[](post:日本語)も読む。\n",
        authors=["山田太郎", "佐藤花子"],
    ),
    "_posts/2024-03-04-Late_Night Post.markdown": article("夜", permalink="/old/:title/"),
    "_posts/2024-04-05-日本語.md": article(
        "日本", redirect_from=["/a/b.html", "/古い/"], lang="ja"
    ),
    "_posts/2024-05-06-hidden.md": article("隠れた", published=False),
    "_posts/2099-01-01-future.md": article("未来", date="2099-01-01 09:00:00 +0900"),
    "_drafts/idea.md": article("草稿", tags="AI 投資"),
    "_posts/2024-06-07-series.md": article("連載一", series="推論の現在", series_part=1),
    "_posts/2024-07-08-broken.md": "題もない\n".encode(),
}

GOOD = {name: data for name, data in SITE.items() if not name.endswith("broken.md")}
