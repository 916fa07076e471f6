"""The settings: one file, for every environment. Values come from the environment (env.py)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP

from cms import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.var_dir(BASE_DIR / "var")

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(VAR_DIR)
SITE_URL = env.site_url()
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS").split() or [
    urlsplit(SITE_URL).hostname or "",
    *env.LOOPBACK,
]

INSTALLED_APPS = [
    "posts.admin_site.GenkoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "taggit",
    "posts",  # last: its admin takes away what the others registered
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "posts.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "posts" / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # no collectstatic: the finders are read once at start
WHITENOISE_AUTOREFRESH = DEBUG

MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# A form writes a letter as up to twelve bytes: a manuscript far too long is refused in words.
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644
STORAGES = {
    # A picture's name comes from its content: the same name is the same picture.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"allow_overwrite": True},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# What the worker did and could not do goes where the server's own words go.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {message}", "style": "{"}},
    "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"posts": {"handlers": ["log"], "level": "INFO"}},
}

# Invitations, resets, notices.
MAILER, DEFAULT_FROM_EMAIL = env.mail(SITE_URL)
MAILERS = {"default": MAILER}

LOGIN_URL = "admin:login"
SESSION_ENGINE = "posts.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60  # from the login on, however much it is used
PASSWORD_RESET_TIMEOUT = 60 * 60
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Whose videos and slides an article may hold; nothing is loaded before the reader asks for it.
EMBEDS = [
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://speakerdeck.com",
]

# The whole site and the admin run without inline script, inline style or foreign hosts.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "frame-src": EMBEDS,
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "posts.refusals.csrf_failure"

# W005, W021: whether HSTS holds for sister hosts too is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# SITE_URL with https says that a front ends TLS and sets X-Forwarded-Proto (docs/deploy.md).
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

PROBLEMS = env.PROBLEMS  # what posts/checks.py reports
