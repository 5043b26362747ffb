"""All settings. Differences between machines come from the environment."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from config.env import allowed_hosts, checked_url, file_storage, public_origin, secret_from
from config.logging import logging_settings

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024

# --- Machine -------------------------------------------------------------------------------------

env = environ.Env(
    DEBUG=(bool, False),
    HOST=(str, "127.0.0.1"),
    PORT=(int, 8000),
    PUBLIC_URL=(str, ""),
    DATABASE_URL=(str, ""),
    REDIS_URL=(str, ""),
    SECRET_KEY=(str, ""),
    PARLEY_FILES=(str, ""),
    PARLEY_VAR=(str, str(BASE_DIR / "var")),
    PARLEY_DEMO=(bool, False),
    PARLEY_DEMO_PASSWORD=(str, ""),
    PARLEY_TRUSTED_PROXIES=(list, []),
    PARLEY_LOG=(str, "INFO"),
    PARLEY_FRAMES_PER_SECOND=(float, 30.0),
    PARLEY_FRAMES_BURST=(float, 100.0),
    PARLEY_MESSAGES_PER_SECOND=(float, 5.0),
    PARLEY_MESSAGES_BURST=(float, 40.0),
    PARLEY_CONNECTIONS=(int, 20_000),
    PARLEY_CONNECTIONS_PER_ADDRESS=(int, 2_000),
)
DEBUG = env("DEBUG")
DEMO = env("PARLEY_DEMO")
#: Of the demo accounts. Empty: made once, in var/demo-password.
DEMO_PASSWORD = env("PARLEY_DEMO_PASSWORD")
HOST, PORT = env("HOST"), env("PORT")
VAR = Path(env("PARLEY_VAR"))
PUBLIC_ORIGIN = public_origin(env("PUBLIC_URL"))
HTTPS = PUBLIC_ORIGIN.startswith("https://")
SECRET_KEY = env("SECRET_KEY") or (
    "insecure-development-key-" * 3 if DEBUG else secret_from(VAR / "secret_key")
)
ALLOWED_HOSTS = allowed_hosts(HOST, PUBLIC_ORIGIN, DEBUG)
#: Addresses of proxies whose X-Forwarded-For and -Proto are believed. Empty: nobody's.
TRUSTED_PROXIES: list[str] = env("PARLEY_TRUSTED_PROXIES")

# --- Rooms ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "config.apps.ParleyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "csp",
    "auditlog",
    "tickets",
    "knowledge",
    "livechat",
]
if DEBUG and find_spec("django_linear_migrations"):
    INSTALLED_APPS += ["django_linear_migrations"]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.CrossSiteMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SessionLifetimeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PersonalMiddleware",
    "config.middleware.RateMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "config.errors.DomainErrorMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

# --- Data ----------------------------------------------------------------------------------------

DATABASE_URL = checked_url(
    "DATABASE_URL", env("DATABASE_URL"), {"postgres", "postgresql", "sqlite"}
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: FULL: an acknowledged message survives a power cut. IMMEDIATE: read-then-write waits its turn.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;"
    ),
}
POSTGRES_OPTIONS: dict[str, Any] = {
    "pool": {"min_size": 2, "max_size": 20, "timeout": 10},
    "options": (
        # An acknowledged message survives a power cut, whatever the server was told.
        "-c synchronous_commit=on -c statement_timeout=5000 -c lock_timeout=2000"
        " -c idle_in_transaction_session_timeout=10000"
    ),
}


def database() -> dict[str, Any]:
    """Django's settings for DATABASE_URL, or for the SQLite file in var/."""
    if not DATABASE_URL:
        VAR.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "parley.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
    options = SQLITE_OPTIONS if DATABASE_URL.startswith("sqlite") else POSTGRES_OPTIONS
    parsed: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
    parsed["OPTIONS"] = {**options, **parsed.get("OPTIONS", {})}
    # Checked when a request takes one: a restart of the database costs nobody an error.
    return {**parsed, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database()}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Realtime ------------------------------------------------------------------------------------

#: Without one there is a single process and no bus.
REDIS_URL = checked_url("REDIS_URL", env("REDIS_URL"), {"redis", "rediss", "unix"})

# --- API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "livechat.api.authentication.CustomerTokenAuthentication",
        "livechat.api.authentication.ApiTokenAuthentication",
        "livechat.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["livechat.api.permissions.MayUseChats"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["livechat.api.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "config.errors.api_exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
}

# --- Pages ---------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "livechat.console.page.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    #: Files that people sent; no url leads to them.
    "default": file_storage(env("PARLEY_FILES"), VAR),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.ModuleStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# --- Security ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "tickets.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "console:inbox"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
#: Sessions in the database: revocation reads them.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 4 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN] if PUBLIC_ORIGIN else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 86400 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
#: Bodies of requests that bring a file, and of all others. Refused before they are read.
UPLOAD_BYTES, BODY_BYTES = 51 * MEGABYTE, MEGABYTE
#: How much is kept: of what one customer sent, of one chat, of one company.
FILE_BYTES = {"customer": 500 * MEGABYTE, "chat": 100 * MEGABYTE, "company": 50_000 * MEGABYTE}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

#: Rates: how many in how many seconds, by name. A whole site may share one address: in an outage
#: hundreds of its people ask within minutes. Of signing in, failures alone count.
RATES = {
    "sign_in_account": (10, 300),
    "sign_in_address": (50, 300),
    "customer_address": (1_000, 600),
    "chat_start_customer": (10, 600),
    "chat_start_address": (1_000, 600),
    "ticket_customer": (10, 600),
    "ticket_address": (1_000, 600),
    "message_customer": (300, 60),
    "message_agent": (600, 60),
    "upload_customer": (60, 600),
    "upload_agent": (300, 600),
    "article_search_address": (600, 60),
    "article_solved_address": (60, 600),
    "api_token": (1_200, 60),
    "help_search_address": (600, 60),
    "help_feedback_address": (60, 600),
}
#: Of the sockets. Rates are (a second, burst); agents and customers have their own.
SOCKET_LIMITS = {
    "customer_frames": (env("PARLEY_FRAMES_PER_SECOND"), env("PARLEY_FRAMES_BURST")),
    "customer_messages": (env("PARLEY_MESSAGES_PER_SECOND"), env("PARLEY_MESSAGES_BURST")),
    "agent_frames": (2 * env("PARLEY_FRAMES_PER_SECOND"), 2 * env("PARLEY_FRAMES_BURST")),
    "agent_messages": (2 * env("PARLEY_MESSAGES_PER_SECOND"), 2 * env("PARLEY_MESSAGES_BURST")),
    "refusals": 50,
    "queue": 1_000,
    "send_seconds": 20,
    "connections": env("PARLEY_CONNECTIONS"),
    "connections_per_address": env("PARLEY_CONNECTIONS_PER_ADDRESS"),
    "before_hello_per_address": env("PARLEY_CONNECTIONS_PER_ADDRESS"),
    "pages_per_person": 20,
}

# --- Logging -------------------------------------------------------------------------------------

AUDITLOG_INCLUDE_ALL_MODELS = False
#: It would believe any X-Forwarded-For.
AUDITLOG_DISABLE_REMOTE_ADDR = True
LOGGING = logging_settings(env("PARLEY_LOG"), pretty=DEBUG)
SILENCED_SYSTEM_CHECKS: list[str] = []
