"""System checks: what is wrong with the environment, by name and with what to do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report each wrong value that the settings met, as genko.E001 and so on."""
    return [
        Error(problem.message, hint=problem.hint, obj=problem.name, id=f"genko.E{number:03}")
        for number, problem in enumerate(settings.PROBLEMS, start=1)
    ]
