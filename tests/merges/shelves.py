"""Two rows of each kind that articles stand under, and how a manuscript refers to one."""

from posts.models import Author, Category, Series, Tag

FOLDERS = {Author: "authors", Category: "categories", Series: "series", Tag: "tags"}
KINDS = list(FOLDERS)


def pair(model):
    """Return two rows, `old` and `new`."""
    return tuple(model.objects.create(name=name, slug=name) for name in ("old", "new"))


def under(*rows):
    """Return the fields of a manuscript that stands under these rows."""
    fields = {}
    for row in rows:
        match row:
            case Category():
                fields["category"] = row.pk
            case Series():
                fields["series"] = row.pk
            case Tag():
                fields["tags"] = (*fields.get("tags", ()), row.pk)
            case Author():
                fields["bylines"] = (*fields.get("bylines", ()), (row.pk, ""))
    return fields
