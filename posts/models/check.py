"""How strictly publications are checked."""

from django.db import models


class CheckRule(models.Model):
    """How strict one check is: for the whole site, or for a category and those below it."""

    class Level(models.TextChoices):
        """What happens when the check finds something."""

        OFF = "off", "調べない"
        WARN = "warn", "知らせる"
        BLOCK = "block", "公開を止める"

    check_name = models.CharField("検査", max_length=40)
    category = models.ForeignKey(
        "posts.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="check_rules",
        verbose_name="カテゴリー",
        help_text="空なら、サイト全体の決まりです。",
    )
    level = models.CharField("扱い", max_length=10, choices=Level)

    class Meta:
        verbose_name = verbose_name_plural = "公開前の検査"
        constraints = [
            models.UniqueConstraint(fields=["check_name", "category"], name="check_rule_once"),
            models.UniqueConstraint(
                fields=["check_name"],
                condition=models.Q(category__isnull=True),
                name="check_rule_once_for_the_site",
            ),
        ]

    def __str__(self) -> str:
        return self.check_name
