"""Sign-in of staff."""

from django.contrib.auth import authenticate

from tickets.exceptions import ThrottledError
from tickets.models import Throttle, User


def sign_in_user(*, email: str, password: str, address: str) -> User | None:
    """The user these credentials are of, or None. Raises ThrottledError for account and address alike."""
    waits = [
        Throttle.objects.take("sign_in_account", email.strip().lower()),
        Throttle.objects.take("sign_in_address", address),
    ]
    if any(waits):
        raise ThrottledError(max(waits))
    user = authenticate(username=email.strip(), password=password)
    return user if isinstance(user, User) else None
