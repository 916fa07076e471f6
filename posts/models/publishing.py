"""Publishing: the verbs that decide from when and until when readers see a manuscript."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from posts.models.check import Draft, Finding, examine
from posts.models.compose import Ready, Said, compose
from posts.models.edition import JST, Change, Composed, Edition
from posts.models.moves import Refused, Status, answers_for
from posts.models.revision import Revision
from posts.models.timeline import Timeline
from posts.models.writing import Writing


class Publishing(Writing):
    """The verbs towards the readers: each writes an interval."""

    class Meta:
        abstract = True

    def publish(
        self,
        by: Any,
        revision: Revision | None = None,
        *,
        at: datetime | None = None,
        until: datetime | None = None,
        kind: str = Change.UPDATE,
        note: str = "",
        override: str = "",
        ready: Ready | None = None,
        now: datetime | None = None,
    ) -> Edition:
        """Make `revision` (the newest by default) public from `at` (now) to `until`.

        `ready` is what a caller that publishes many has at hand. Publishing the
        revision that is visible already makes nothing new, but sets `until`. Raises Refused
        when `by` may not, when a scheduled edition waits, for impossible times, and where a check
        stops it: unless `override` says why it is published all the same, which the log keeps.
        """
        with self._moving("publish", by, now) as now:
            timeline, revision = self.timeline(now), self._own(revision or self.head)
            if visible := timeline.showing(revision, at or now):
                if until is not None:
                    visible.close(timeline.opening(None, until).end)
                    self._log("publish", by, now, revision.number, {"until": until}, note)
                return visible
            span = timeline.opening(at, until)
            self._name(revision, span.start, timeline)
            said = Said(Change(kind), note)
            composed = compose(self.itself, revision.manuscript, span, said, timeline, ready)
            if not answers_for(by, composed.edition.category_id):  # an older one may stand there
                raise Refused("この版のカテゴリーは、担当のカテゴリーではありません。")
            overridden = self._check(revision, composed, by, override)
            edition = self._open(composed, revision, timeline)
            self._note_ready(revision)
            detail = {"from": span.start, "until": span.end, "kind": kind, **overridden}
            self._log("publish", by, now, revision.number, detail, note)
        return edition

    def unschedule(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Cancel what is planned next: the waiting edition, else the planned end."""
        with self._moving("unschedule", by, now) as now:
            detail = self.timeline(now).cancel_next()
            self._log("unschedule", by, now, detail=detail, note=note)

    def unpublish(
        self,
        by: Any,
        *,
        at: datetime | None = None,
        note: str = "",
        now: datetime | None = None,
    ) -> None:
        """End the publication at `at` (now): now also withdraws an edition that waits."""
        with self._moving("unpublish", by, now) as now:
            timeline = self.timeline(now)
            if at is None and timeline.waiting:
                detail = timeline.cancel_next()
                self._log("unschedule", by, now, detail=detail, note=note)
                if not timeline.unfinished:
                    return
            end = timeline.end(at)
            self._log("unpublish", by, now, detail={"until": end}, note=note)

    def _open(self, composed: Composed, revision: Revision, timeline: Timeline) -> Edition:
        """Store a composed edition of `revision`, once there is room for it."""
        edition = composed.edition
        edition.revision, edition.version = revision, revision.number
        timeline.make_room(edition)
        return composed.save()

    def _note_ready(self, published: Revision) -> None:
        """Note that the manuscript is what was published, if it is."""
        if published.number == self.version:
            self.status = Status.READY
            self.save(update_fields=["status"])

    def _name(self, revision: Revision, start: datetime, timeline: Timeline) -> None:
        """Give the post a slug when `revision` is to be published without one.

        It is the one that readers know, or one of the day. Raises Refused when the slug of
        a stale save, which reserved none, went to another post.
        """
        if revision.why == Revision.Why.KEPT and revision.manuscript.slug:
            self._reserve(revision.manuscript.slug)
        if revision.manuscript.slug or self.slug:
            return
        day = (self.original_date or start).astimezone(JST)
        known = timeline.editions[-1].slug if timeline.editions else ""
        self.slug = known or f"{day:%Y%m%d}-{self.uid.hex[:8]}"
        self.save(update_fields=["slug"])
        self._reserve(self.slug)

    def findings(self, revision: Revision, composed: Composed) -> list[Finding]:
        """Return what the checks find in `revision`; what was imported is not stopped by any."""
        found = examine(Draft(self.itself, revision.manuscript, composed))
        imported = revision.why == Revision.Why.IMPORT
        return [replace(one, blocks=False) for one in found] if imported else found

    def _check(
        self, revision: Revision, composed: Composed, by: Any, override: str
    ) -> dict[str, Any]:
        """Refuse what a check stops, and return what of it was overridden, for the log.

        What the operator of the server publishes is not stopped.
        """
        if by is None:
            return {}
        stopped = [finding for finding in self.findings(revision, composed) if finding.blocks]
        if stopped and not override.strip():
            raise Refused("".join(finding.message for finding in stopped))
        if not stopped:
            return {}
        return {"overridden": [one.check.name for one in stopped], "override": override.strip()}
