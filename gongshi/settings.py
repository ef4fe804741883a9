"""All settings: from the environment only; safe on a laptop, strict in production."""

from pathlib import Path

import dj_database_url

from gongshi import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# Mode and folders
MODE = environment.choice("GONGSHI_MODE", ("development", "demo", "production"))
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = environment.boolean("GONGSHI_DEBUG", default=False)
ROLE = environment.choice("GONGSHI_ROLE", ("all", "registry", "portal"))
APART = ROLE == "portal"  # a portal without any registry; the last section says how
DATA_DIR = Path(environment.text("GONGSHI_DATA_DIR", str(BASE_DIR / "data"))).resolve()
if not APART:
    environment.private_folder(DATA_DIR)

# Secrets
LOOKUP_KEY = b""
FIELD_KEYS: tuple[tuple[str, bytes], ...] = ()
if APART:
    # Nothing that the public pages sign outlives a request.
    SECRET_KEY = environment.passing_secret()
else:
    _secrets = environment.secrets_for(production=PRODUCTION, folder=DATA_DIR)
    SECRET_KEY = _secrets["GONGSHI_SECRET_KEY"]
    FIELD_KEYS = environment.field_keys(_secrets["GONGSHI_FIELD_KEYS"])
    LOOKUP_KEY = environment.lookup_key(_secrets["GONGSHI_LOOKUP_KEY"])
PERSON_SEARCH_KEY = environment.person_search_key(
    "GONGSHI_PERSON_SEARCH_KEY", lookup_key=LOOKUP_KEY
)


# Stores
def _store(
    variable: str, file_name: str, *, synchronous: str, erases: bool = False
) -> dict[str, object]:
    address = environment.text(variable, f"sqlite:///{DATA_DIR / file_name}")
    store: dict[str, object] = dict(
        dj_database_url.parse(address, conn_max_age=600, conn_health_checks=True)
    )
    if str(store["ENGINE"]).endswith("sqlite3"):
        environment.private_file(Path(str(store["NAME"])))
        store["OPTIONS"] = _sqlite(synchronous, erases=erases)
    return store


def _sqlite(synchronous: str, *, erases: bool) -> dict[str, object]:
    return {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            f"PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};"
            " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            " PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000;"
            # What is deleted is overwritten.
            f" PRAGMA secure_delete={'ON' if erases else 'OFF'};"
        ),
    }


def _without_jit(store: dict[str, object]) -> dict[str, object]:
    # Compiling a query costs a page more than it can ever save.
    if not str(store["ENGINE"]).endswith("postgresql"):
        return store
    options = store.get("OPTIONS")
    given = dict(options) if isinstance(options, dict) else {}
    given["options"] = f"{given.get('options', '')} -c jit=off".strip()
    return {**store, "OPTIONS": given}


def _read_only(variable: str, file_name: str) -> dict[str, object]:
    """The public store of a portal apart: filled by others, only ever read here."""
    address = environment.text(variable, f"sqlite:///{DATA_DIR / file_name}")
    store: dict[str, object] = dict(
        dj_database_url.parse(address, conn_max_age=600, conn_health_checks=True)
    )
    if str(store["ENGINE"]).endswith("sqlite3"):
        path = environment.existing_file(variable, Path(str(store["NAME"])))
        store["NAME"] = f"{path.as_uri()}?mode=ro"
        store["OPTIONS"] = {
            "timeout": 30,
            "init_command": (
                "PRAGMA query_only=ON; PRAGMA cache_size=-65536;"
                " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
            ),
        }
    return store


if APART:
    DATABASES = {
        "default": {},  # Django wants the name; nothing is behind it
        "portal": _without_jit(
            _read_only("GONGSHI_PORTAL_DATABASE_URL", "portal.sqlite3")
        ),
    }
else:
    DATABASES = {
        # A decision that was accepted survives a power cut; what the portal may lose
        # then is applied again from the change feed.
        "default": _without_jit(
            _store("GONGSHI_DATABASE_URL", "registry.sqlite3", synchronous="FULL")
        ),
        "portal": _without_jit(
            _store(
                "GONGSHI_PORTAL_DATABASE_URL",
                "portal.sqlite3",
                synchronous="NORMAL",
                erases=True,
            )
        ),
    }
DATABASES["portal"]["TEST"] = {"DEPENDENCIES": []}  # each store stands alone
DATABASE_ROUTERS = ["gongshi.routers.TwoStores"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Applications
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "gongshi.serving",
    "gongshi.portal",
    "gongshi.audit",
    "gongshi.accounts",
    "gongshi.catalogue",
    "gongshi.records",
    "gongshi.intake",
    "gongshi.validation",
    "gongshi.review",
    "gongshi.publication",
    "gongshi.assessment",
    "gongshi.pipeline",
]
# Where whoever reads public pages is answered from what is kept, in any role.
_FRONT = [
    "django.middleware.security.SecurityMiddleware",
    "gongshi.portal.static_files.CompressedFiles",
    "gongshi.headers.ContentSecurityPolicy",
    "gongshi.portal.clean.CleanAddress",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongshi.language.ChosenLanguage",
    "gongshi.portal.replaced.ReplacedStore",
    "gongshi.portal.holding.KeptFirst",
]
MIDDLEWARE = [
    *_FRONT,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "gongshi.portal.clean.CleanForm",
    "gongshi.accounts.idle.IdleTime",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gongshi.accounts.sign_in.duties.Duties",
    "gongshi.accounts.sealed.Sealed",
    "django_htmx.middleware.HtmxMiddleware",
    "gongshi.portal.throttle.Throttle",
]
ROOT_URLCONF = "gongshi.urls"
WSGI_APPLICATION = "gongshi.wsgi.application"
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
                "gongshi.portal.site.context",
            ]
        },
    }
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# People
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/office/sign-in/"
LOGIN_REDIRECT_URL = "/office/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]

# Signing in, by django-allauth, whose settings have these names
ACCOUNT_ADAPTER = "gongshi.accounts.sign_in.adapters.OfficeAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; see the adapter
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # as long as the session lives, which is not long
ACCOUNT_FORMS = {"login": "gongshi.accounts.sign_in.forms.SignInForm"}
# Beside gongshi.accounts.throttle. A whole office may sit behind one address.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,20/5m/key"}
MFA_ADAPTER = "gongshi.accounts.sign_in.factors.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "gongshi.accounts.sign_in.forms.SecondFactorForm",
    "reauthenticate": "gongshi.accounts.sign_in.forms.ConfirmForm",
}
MFA_TOTP_ISSUER = "Gongshi"
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds: telephones' clocks go wrong
# A demo's logins and passwords are known to everybody; a second factor adds nothing
# there. Nothing else switches it off.
SECOND_FACTOR_REQUIRED = not DEMO
# The government's single sign-on, where there is one
SINGLE_SIGN_ON = None if APART else environment.single_sign_on(production=PRODUCTION)
SOCIALACCOUNT_ADAPTER = "gongshi.accounts.sign_in.single_sign_on.GovernmentSignOn"
SOCIALACCOUNT_PROVIDERS = SINGLE_SIGN_ON.providers if SINGLE_SIGN_ON else {}
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = True  # our view asks for a POST
SOCIALACCOUNT_STORE_TOKENS = False
CACHES = {
    # Those limits and the codes that were used hold for all web servers together.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
    },
    # The parts of public pages that are the same for all who read one language.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "TIMEOUT": None,
    },
}

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
CALENDAR = environment.calendar("GONGSHI_CALENDAR_FILE")

# Audit
AUDIT_HEADS_FILE = environment.file_path("GONGSHI_AUDIT_HEADS_FILE")

# Web
ALLOWED_HOSTS = environment.words("GONGSHI_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("GONGSHI_TRUSTED_ORIGINS", "")
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # served from where they lie; nothing to collect
WHITENOISE_MAX_AGE = 30 * 24 * 3600  # a changed file has another address
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gongshi.portal.static_files.VersionedFiles"},
}
SESSION_COOKIE_AGE = 30 * 60  # of idleness: gongshi.accounts.idle prolongs it
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # as the other choices of a reader
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = PRODUCTION and environment.boolean(
    "GONGSHI_SSL_REDIRECT", default=True
)
TRUSTED_PROXY = environment.boolean("GONGSHI_TRUSTED_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
X_FRAME_OPTIONS = "DENY"

# The open side: how often an address may ask in a minute, and the bulk sets
SEARCHES_PER_MINUTE = environment.number("GONGSHI_SEARCHES_PER_MINUTE", 120)
PERSON_SEARCHES_PER_MINUTE = environment.number(
    "GONGSHI_PERSON_SEARCHES_PER_MINUTE", 10
)
CALLS_PER_MINUTE = environment.number("GONGSHI_CALLS_PER_MINUTE", 120)
WEB_WORKERS = environment.number("GONGSHI_WEB_WORKERS", 1)
OPEN_DATA = environment.boolean("GONGSHI_OPEN_DATA", default=True)
OPEN_DATA_DIR = Path(
    environment.text("GONGSHI_OPEN_DATA_DIR", str(DATA_DIR / "open"))
).resolve()
OPEN_DATA_DAYS = environment.number("GONGSHI_OPEN_DATA_DAYS", 7)
OPEN_DATA_MONTHS = environment.number("GONGSHI_OPEN_DATA_MONTHS", 12)

# Units' sites are fetched by the worker, where wanted; never from a demo
LINK_CHECK = environment.boolean("GONGSHI_LINK_CHECK", default=False) and not DEMO

# Uploads
UPLOAD_LIMIT_BYTES = environment.number("GONGSHI_UPLOAD_LIMIT_MB", 200) * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["gongshi.validation.uploading.BoundedUpload"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# The office API
API_LIMIT_BYTES = environment.number("GONGSHI_API_LIMIT_MB", 10) * 1024 * 1024
API_CALLS_PER_MINUTE = environment.number("GONGSHI_API_CALLS_PER_MINUTE", 120)
DATA_UPLOAD_MAX_MEMORY_SIZE = API_LIMIT_BYTES  # of a body that is no file

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gongshi": {"level": "INFO"}},
}

# A portal apart: the public pages and nothing else. No registry, no sessions, no
# people, no office; `gongshi.portal` and what is below it are all that is loaded.
if APART:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    INSTALLED_APPS = [
        "django.contrib.staticfiles",
        "django_htmx",
        "gongshi.serving",
        "gongshi.portal",
    ]
    MIDDLEWARE = [
        *_FRONT,
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "gongshi.portal.throttle.Throttle",
    ]
    ROOT_URLCONF = "gongshi.portal.urls_apart"
    CSRF_FAILURE_VIEW = "gongshi.portal.refusing.only_reading"  # nothing takes a form
    TEMPLATES[0]["OPTIONS"] = {
        "context_processors": [
            "django.template.context_processors.request",
            "gongshi.portal.site.context",
        ]
    }
