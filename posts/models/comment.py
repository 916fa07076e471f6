"""Comments on a manuscript, anchored by what they quote."""

from django.conf import settings
from django.db import models


class Comment(models.Model):
    """A remark on a passage of a manuscript, or an answer to one.

    The passage is known by its words and those around it, so that it is found again after an
    edit; `start` is where it was in the revision that the remark was made on.
    """

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人"
    )
    link = models.ForeignKey("posts.ReviewLink", models.PROTECT, null=True, related_name="comments")
    at = models.DateTimeField("日時")
    body = models.TextField("コメント")
    revision = models.PositiveIntegerField("版")
    field = models.CharField("欄", max_length=20, default="body")
    quote = models.TextField("引用", blank=True)  # empty: on the whole manuscript
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
    start = models.PositiveIntegerField(default=0)
    resolved_at = models.DateTimeField("解決", null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "コメント"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["post"],
                name="comment_open",
                condition=models.Q(thread__isnull=True, resolved_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.body


class ReviewLink(models.Model):
    """An address by which somebody without an account reads one revision and remarks on it."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="review_links")
    revision = models.ForeignKey("posts.Revision", models.PROTECT, related_name="review_links")
    reader = models.CharField("読む人", max_length=100)
    secret = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("作成日時")
    expires_at = models.DateTimeField("期限")
    revoked_at = models.DateTimeField("取り消し", null=True)
    seen_at = models.DateTimeField("最初に開いた日時", null=True)
    confirmed_at = models.DateTimeField("確認した日時", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "確認用リンク"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reader}：{self.revision}"
