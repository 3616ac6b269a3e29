"""How often somebody may try, counted in the shared cache by allauth's rate limiter.

Limits are per account *and* network, or per network: never per account alone, because then anybody who
knows a card number or an address could lock its owner out.
"""

import ipaddress

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import HttpRequest

from weft.errors import RuleBroken


def network_of(address: str) -> str:
    """The /24 or /48 around an address: enough to slow a guesser, too little to find a person."""
    ip = ipaddress.ip_address(address)
    prefix = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False).network_address)


def count(request: HttpRequest, action: str, key: str = "") -> None:
    """Count one attempt. Raises RuleBroken ``signin.too_many``; `action` is a key of ACCOUNT_RATE_LIMITS."""
    network = get_adapter().get_client_ip(request)
    if not ratelimit.consume(request, action=action, key=f"{network}:{key}"):
        raise RuleBroken("signin.too_many")


def check(request: HttpRequest, action: str) -> None:
    """Refuse like `count`, without counting."""
    if not ratelimit.consume(request, action=action, dry_run=True):
        raise RuleBroken("signin.too_many")
