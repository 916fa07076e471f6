"""Reviewing: the verbs by which others read a manuscript and say what they think of it."""

from datetime import datetime
from typing import Any

from posts import text
from posts.models.comment import Comment
from posts.models.fixing import Fixing
from posts.models.review_link import DAYS, ReviewLink
from posts.models.revision import Revision


class Reviewing(Fixing):
    """Comments on a manuscript, and links to it for readers without an account."""

    class Meta:
        abstract = True

    def remark(
        self,
        by: Any,
        body: str,
        *,
        on: text.Anchor | None = None,
        field: str = "body",
        revision: Revision | None = None,
        now: datetime | None = None,
    ) -> Comment:
        """Comment on a passage of `revision` (the newest), or on the whole. Raises Refused."""
        with self._moving("comment", by, now) as now:
            read = self._own(revision or self.head).number
            comment = Comment.on(on, body, post=self, by=by, field=field, revision=read, at=now)
            comment.save()
            self._log("comment", by, now, read, {"comment": comment.pk}, words=comment.body)
        return comment

    def share(
        self,
        by: Any,
        reader: str,
        *,
        revision: Revision | None = None,
        days: int = DAYS,
        now: datetime | None = None,
    ) -> ReviewLink:
        """Make the address by which `reader` reads `revision` (the newest). Raises Refused."""
        with self._moving("share", by, now) as now:
            read = self._own(revision or self.head)
            link = ReviewLink.to(reader, days=days, now=now, post=self, revision=read, by=by)
            link.save()
            detail = {"reader": link.reader, "link": link.pk, "until": link.expires_at}
            self._log("share", by, now, read.number, detail)
        return link
