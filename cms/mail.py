"""Mails without a mail server: printed as people read them."""

from typing import Any

from django.core.mail.backends import console


class PrintedMail(console.EmailBackend):
    """Django's console backend, which would print Japanese as base64."""

    def write_message(self, message: Any) -> None:
        """Print one mail."""
        head = f"宛先: {', '.join(message.recipients())}\n件名: {message.subject}"
        self.stream.write(f"\n{head}\n\n{message.body}\n{'-' * 40}\n")
