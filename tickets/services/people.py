"""Members of staff: how they sign in, what they prefer."""

from django.contrib.auth import authenticate
from django.db import transaction

from tickets.exceptions import ThrottledError
from tickets.models import Throttle, User


def sign_in_user(*, email: str, password: str, address: str) -> User | None:
    """Whose credentials these are, or None. ThrottledError for account and address alike."""
    waits = [
        Throttle.objects.take("sign_in_account", email.strip().lower()),
        Throttle.objects.take("sign_in_address", address),
    ]
    if any(waits):
        raise ThrottledError(max(waits))
    user = authenticate(username=email.strip(), password=password)
    return user if isinstance(user, User) else None


@transaction.atomic
def save_preferences(user_id: int, *, theme: str, single_keys: bool) -> User:
    """How the console looks to this person, and whether single keys act."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.theme, user.single_keys = theme, single_keys
    user.save(update_fields=["theme", "single_keys"])
    return user
