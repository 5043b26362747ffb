"""Members of staff: how they sign in, what they prefer."""

from django.contrib.auth import authenticate
from django.db import transaction

from tickets.exceptions import ThrottledError
from tickets.models import Throttle, Ticket, User


def sign_in_user(*, email: str, password: str, address: str) -> User | None:
    """Whose credentials these are, or None. ThrottledError after too many failures.

    An account's are counted by address: whoever guesses elsewhere does not keep its owner out.
    """
    account = f"{address} {email.strip().lower()}"
    # Counted before and given back after: who tries at once passes no limit either.
    _count("sign_in_address", address)
    try:
        _count("sign_in_account", account)
    except ThrottledError:
        Throttle.objects.give_back("sign_in_address", address)
        raise
    user = authenticate(username=email.strip(), password=password)
    if not isinstance(user, User):
        return None
    Throttle.objects.clear("sign_in_account", account)
    # Only its own: one good account would else buy endless tries of all others.
    Throttle.objects.give_back("sign_in_address", address)
    return user


def _count(rate: str, who: str) -> None:
    if wait := Throttle.objects.take(rate, who):
        raise ThrottledError(wait)


@transaction.atomic
def save_preferences(user_id: int, *, theme: str, single_keys: bool) -> User:
    """How the console looks to this person, and whether single keys act."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.theme, user.single_keys = theme, single_keys
    user.save(update_fields=["theme", "single_keys"])
    return user


@transaction.atomic(savepoint=False)
def note_new_name(customer_id: int) -> None:
    """Search finds the customer's tickets by the name that he has now."""
    Ticket.objects.find_by_new_names([customer_id])
