"""Who a customer is: a company's signed identity, and our own customer token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from tickets.models import Company, Customer, IdentityUse, Ticket

TOKEN_SALT = "parley.customer"  # noqa: S105  # a name, not a secret
TOKEN_AGE = timedelta(days=30)
IDENTITY_AGE = timedelta(hours=24)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
FIELDS = {"company", "external_id", "email", "name", "expires", "nonce"}


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a customer token says: whose it is, and until which epoch it holds."""

    customer: str
    company: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What a company's page says of its user."""

    external_id: str
    email: str
    name: str
    nonce: str
    expires_at: datetime


def customer_token(customer: Customer) -> str:
    """A token for this customer, good for 30 days or until his epoch is raised."""
    claims = [customer.public_id, customer.company.public_id, customer.token_epoch]
    return signing.dumps(claims, salt=TOKEN_SALT)


def read_token(token: str) -> TokenClaims | None:
    """The claims of a token of ours that has not expired. The caller checks the epoch."""
    try:
        customer, company, epoch = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return TokenClaims(customer, company, epoch)


def identity_secret(company: Company, version: int | None = None) -> str:
    """The company's secret, derived, never stored; the administrator hands it out."""
    name = f"identity:{company.public_id}:{version or company.identity_version}"
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()


def sign_identity(company: Company, *, external_id: str, email: str, name: str) -> str:
    """What a company's server sends to its page, with a fresh nonce, good for an hour."""
    payload = {
        "company": company.public_id,
        "external_id": external_id,
        "email": email,
        "name": name,
        "expires": int((timezone.now() + timedelta(hours=1)).timestamp()),
        "nonce": secrets.token_urlsafe(16),
    }
    text = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"{text}.{_signature(identity_secret(company), text)}"


def read_identity(company: Company, token: object) -> Identity | None:
    """The identity in a signed token of this company; None for whatever is not one."""
    if not isinstance(token, str) or len(token) > 2048 or not token.isascii():
        return None
    text, _dot, signature = token.partition(".")
    versions = [company.identity_version, company.identity_version - 1]
    secrets_now = [identity_secret(company, version) for version in versions if version > 0]
    if not any(hmac.compare_digest(_signature(key, text), signature) for key in secrets_now):
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return _checked(company, payload)


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _checked(company: Company, payload: Any) -> Identity | None:
    if not isinstance(payload, dict) or set(payload) != FIELDS:
        return None
    texts = [payload[field] for field in ("company", "external_id", "email", "name", "nonce")]
    if not all(isinstance(text, str) and not _UNSTORABLE.search(text) for text in texts):
        return None
    expires = payload["expires"]
    if type(expires) is not int or not 0 < expires < 2**37:  # within what a date can say
        return None
    expires_at = datetime.fromtimestamp(expires, UTC)
    now = timezone.now()
    wanted = payload["company"] == company.public_id and now < expires_at <= now + IDENTITY_AGE
    external_id, nonce = payload["external_id"].strip(), payload["nonce"]
    if not wanted or not 1 <= len(external_id) <= 120 or not 8 <= len(nonce) <= 64:
        return None
    return Identity(external_id, payload["email"][:254], payload["name"][:120], nonce, expires_at)


@transaction.atomic
def identify_customer(company: Company, *, identity: Identity | None) -> Customer:
    """The customer of a signed identity, made or brought up to date.

    Without an identity, or with a used one, a new anonymous customer.
    """
    if identity is None or not _first_use(company, identity):
        return Customer.objects.create(company=company)
    theirs = Customer.objects.filter(company=company, external_id=identity.external_id)
    before = theirs.values_list("name", flat=True).first()
    known = {"name": identity.name, "email": identity.email, "verified": True}
    customer, _made = Customer.objects.update_or_create(
        company=company, external_id=identity.external_id, defaults=known
    )
    if before not in {None, customer.name}:
        Ticket.objects.find_by_new_names([customer.pk])
    return customer


def _first_use(company: Company, identity: Identity) -> bool:
    try:
        with transaction.atomic():
            IdentityUse.objects.create(
                company=company, nonce=identity.nonce, expires_at=identity.expires_at
            )
    except IntegrityError:
        return False
    return True


@transaction.atomic
def revoke_tokens(customer_id: int) -> None:
    """End every token of this customer; his sockets are closed within seconds."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    customer.token_epoch += 1
    customer.save(update_fields=["token_epoch"])
