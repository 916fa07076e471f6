"""The static pages of the demonstration."""

from pathlib import Path

from posts import demo, formats
from posts.models import JST, Edition, Manuscript, Post

FOLDER = Path(demo.__file__).with_name("pages")


def publish() -> None:
    """Publish the pages that are not there yet; their links lead to articles that are."""
    known = set(Edition.objects.filter(kind="page").values_list("slug", flat=True))
    for slug in demo.PAGES:
        if slug not in known:
            path = FOLDER / f"{slug}.md"
            record = formats.parse(path.name, path.read_bytes(), zone=JST)
            manuscript = Manuscript(title=record.title, slug=slug, body=record.body.strip() + "\n")
            Post.begin(manuscript, by=None, kind="page").publish(None)
