"""Every setting of Cantonnier, typed, with its value from the environment.

`docs/settings.md` lists the variables for administrators.  Nothing secret is written here.
"""

from pathlib import Path
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from config.logs import without_personal_data
from config.native import bundled_gdal

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# ---------------------------------------------------------------- state on disk
VAR: Path = Path(env.str("CANTONNIER_VAR", "") or BASE_DIR / "var").resolve()


def _kept_in_var(name: str) -> str:
    """The text of `VAR/name`, written by `script/setup` on a machine of one's own, or ''."""
    path = VAR / name
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


# ---------------------------------------------------------------- deployment
DEBUG: bool = env.bool("CANTONNIER_DEBUG", False)
HTTPS: bool = env.bool("CANTONNIER_HTTPS", True)
SECRET_KEY: str = env.str("CANTONNIER_SECRET_KEY", "") or _kept_in_var("secret_key")
SECRET_KEY_FALLBACKS: list[str] = env.list("CANTONNIER_OLD_SECRET_KEYS", [])
ALLOWED_HOSTS: list[str] = env.list("CANTONNIER_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CANTONNIER_TRUSTED_ORIGINS", [])
SITE_NAME: str = env.str("CANTONNIER_SITE_NAME", "Cantonnier")
SITE_URL: str = env.str("CANTONNIER_SITE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "demo",
    "reports",
    "layers",
    "accounts",
    "geodata",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.admin",
    "csp",
    "django_structlog",
    "leaflet",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.quick_tiles.QuickTiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.methods.SaysWhatIsAllowed",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# ---------------------------------------------------------------- database and jobs
_database_url = env.str("DATABASE_URL", "") or _kept_in_var("database_url")
DATABASES = {
    "default": env.dj_db_url(
        "CANTONNIER_UNSET_DATABASE_URL",
        _database_url or "postgis:///cantonnier",
        engine="django.contrib.gis.db.backends.postgis",
        conn_max_age=None,
        conn_health_checks=True,
    )
}
# Parallel plans and compiling cost small queries more than they save: 3 to 5 times the throughput
# of tiles without them.  A page is taken from memory or a solid-state disk, wherever it lies: by
# the server's default, which thinks of turning disks, a million rows were read to count a thousand.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
)
# The hottest statements are planned once a connection (geodata.prepared).
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = (
    5 if env.bool("CANTONNIER_PREPARE", True) else None
)
# Of tiles as they were sent: none by default; `locmem://` is each process's own, `redis://…` shared
# (needs the redis package).  What is kept goes by its version: nothing hidden is ever found.
CACHE_URL: str = env.str("CANTONNIER_CACHE_URL", "")
CACHE_SCHEMES = ("redis", "rediss", "locmem")
_TILE_CACHES: dict[str, dict[str, object]] = {
    "redis": {
        "BACKEND": "geodata.shared_cache.SharedCache",
        "LOCATION": CACHE_URL,
        # A tile is drawn in less: a server that does not answer is not waited for.
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},
    },
    "locmem": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "tiles",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
    "": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
# Another scheme is refused by a check at start (config.checks).
_CACHE_KIND = "redis" if CACHE_URL.startswith("rediss") else urlsplit(CACHE_URL).scheme
# "limits" counts what clients ask for (geodata.rate_limits): apart, so that nothing else pushes
# its short-lived counts out.
CACHES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "limits": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "tiles": {
        "KEY_PREFIX": "tiles",
        "TIMEOUT": 86_400,
        **_TILE_CACHES.get(_CACHE_KIND, _TILE_CACHES[""]),
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = ["reports.periodic"]

# GDAL comes from a wheel, so that every machine has the same one (docs/adr/0003).
GDAL_LIBRARY_PATH: str | None = bundled_gdal()

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "reports:triage"
LOGOUT_REDIRECT_URL = "reports:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# ---------------------------------------------------------------- language and time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE: str = env.str("CANTONNIER_TIME_ZONE", "Europe/Paris")

# ---------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.StaticStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
OVERLAY_MAX_BYTES: int = env.int("CANTONNIER_OVERLAY_MAX_BYTES", 100_000_000)
# The process that reads an upload (docs/adr): its memory, and how long it may take.
OVERLAY_READ_APART: bool = True
OVERLAY_READ_MAX_MEMORY_BYTES: int = env.int("CANTONNIER_OVERLAY_READ_MAX_MEMORY", 1_000_000_000)
OVERLAY_READ_MAX_S: int = env.int("CANTONNIER_OVERLAY_READ_MAX_SECONDS", 1_200)
PHOTO_MAX_BYTES: int = env.int("CANTONNIER_PHOTO_MAX_BYTES", 15_000_000)
PHOTO_MAX_PIXELS: int = env.int("CANTONNIER_PHOTO_MAX_PIXELS", 50_000_000)

# ---------------------------------------------------------------- territory and map
BORDER_TOLERANCE_M: float = env.float("CANTONNIER_BORDER_TOLERANCE_M", 5.0)
ACCURACY_MAX_M: float = env.float("CANTONNIER_ACCURACY_MAX_M", 50.0)
ACCEPT_OUTSIDE_PINS: bool = env.bool("CANTONNIER_ACCEPT_OUTSIDE_PINS", False)
# An empty URL means: no third party, our own area tiles alone.
BASEMAP_URL: str = env.str(
    "CANTONNIER_BASEMAP_URL",
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
    "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
)
BASEMAP_ATTRIBUTION: str = env.str("CANTONNIER_BASEMAP_ATTRIBUTION", "IGN-F/Géoplateforme")
# "west,south,east,north" in EPSG:4326 that maps show first; empty: all of today's areas.
MAP_BOUNDS: str = env.str("CANTONNIER_MAP_BOUNDS", "")
BASEMAP_MAX_ZOOM: int = env.int("CANTONNIER_BASEMAP_MAX_ZOOM", 19)
# Asked by our server, never by the visitor's browser; empty means area names only.
GEOCODER_URL: str = env.str("CANTONNIER_GEOCODER_URL", "https://data.geopf.fr/geocodage/search")
GEOCODER_TIMEOUT_S: float = env.float("CANTONNIER_GEOCODER_TIMEOUT_S", 3.0)

# ---------------------------------------------------------------- filters and open data
FILTER_TIMEOUT_S: float = env.float("CANTONNIER_FILTER_TIMEOUT_S", 5.0)
# Different costly filters (text, polygons, areas …) a client may ask for; 0: no limit.
FILTERS_PER_MINUTE: int = env.int("CANTONNIER_FILTERS_PER_MINUTE", 300)
EXPORTS_PER_MINUTE: int = env.int("CANTONNIER_EXPORTS_PER_MINUTE", 10)
EXPORT_TIMEOUT_S: float = env.float("CANTONNIER_EXPORT_TIMEOUT_S", 120.0)
DATA_LICENCE: str = env.str("CANTONNIER_DATA_LICENCE", "Licence Ouverte 2.0 (Etalab)")
DATA_LICENCE_URL: str = env.str(
    "CANTONNIER_DATA_LICENCE_URL", "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
)
DATA_ATTRIBUTION: str = env.str("CANTONNIER_DATA_ATTRIBUTION", "") or SITE_NAME

# ---------------------------------------------------------------- mail
vars().update(env.dj_email_url("EMAIL_URL", "console:"))
DEFAULT_FROM_EMAIL: str = env.str("CANTONNIER_FROM_EMAIL", "cantonnier@localhost")

# ---------------------------------------------------------------- security
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY: bool = env.bool("CANTONNIER_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
# Who may frame /map/embed/, the one page that others may: sources of `frame-ancestors`.
EMBED_ORIGINS: list[str] = env.list("CANTONNIER_EMBED_ORIGINS", ["*"])


def _origin(url: str) -> list[str]:
    """`https://host` of a tile URL template, for the policy; nothing for a path of our own."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_origin(BASEMAP_URL)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# ---------------------------------------------------------------- logs: one JSON line an event
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
_LOG_STEPS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    without_personal_data,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer()
            if DEBUG
            else structlog.processors.JSONRenderer(),
            "foreign_pre_chain": _LOG_STEPS,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": env.str("CANTONNIER_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        # Refusals (4xx) are our answers, not our faults: django_structlog writes the request line.
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "fiona": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_LOG_STEPS,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
