"""The product's settings, with what tests must not touch replaced."""

import tempfile

from config.settings import *  # noqa: F403

MEDIA_ROOT = tempfile.mkdtemp(prefix="cantonnier-test-media-")
INSTALLED_APPS = [*INSTALLED_APPS, "tests"]  # noqa: F405  its `flush` goes before Django's
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# Plain HTTP for the test client and the live server; test_deployment checks the HTTPS settings.
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
# No third party in tests: our own area tiles are the whole map.
BASEMAP_URL = ""
GEOCODER_URL = ""
WHITENOISE_AUTOREFRESH = True
# A suite asks more in a minute than any client: the tests of the limits set them.
FILTERS_PER_MINUTE = EXPORTS_PER_MINUTE = 0
# The same reading without a second process for each of a hundred files; tests of that process
# turn it on (fixture `reading_apart`).
OVERLAY_READ_APART = False
