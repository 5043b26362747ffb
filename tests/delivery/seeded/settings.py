"""The product's settings, and the bugs beside it."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "tests.delivery.seeded.apps.SeededConfig"]
