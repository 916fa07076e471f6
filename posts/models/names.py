"""Rows that people name: their texts cleaned, their place in an index known."""

from typing import Any

from django.db import models

from posts import text


class Typed(models.Model):
    """A row whose texts people type: cleaned like manuscripts, before they are checked and saved.

    Two spellings that differ only in how a machine composed the kana are one name.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the cleaned texts."""
        self.clean_texts()
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Any = None) -> None:
        """Check the fields as they will be saved."""
        self.clean_texts()
        super().clean_fields(exclude)

    def clean_texts(self) -> None:
        """Take out what no page can show, and compose voiced marks onto their kana."""
        for field in self._meta.concrete_fields:
            value = self.__dict__.get(field.attname)  # what is not loaded was not typed either
            if isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
                setattr(self, field.attname, text.clean(value)[0])


class Read(Typed):
    """A name with its reading, by which indexes are sorted; without one, the name itself is read.

    The order of the column `reading_key` is that of its bytes, on every database.
    """

    yomi = models.CharField(
        "よみがな", max_length=200, blank=True, help_text="一覧をこの順に並べます。"
    )
    reading_key = models.BinaryField(editable=False, default=b"", db_default=b"")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the place in the index too, whatever else is saved."""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "reading_key"}
        super().save(*args, **kwargs)

    def clean_texts(self) -> None:
        """Clean the texts and find the place in the index."""
        super().clean_texts()
        self.reading_key = text.sort_key(self.reading)

    @property
    def reading(self) -> str:
        """The reading, or the name where nobody gave one."""
        return self.yomi or str(self)
