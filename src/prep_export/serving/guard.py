"""Who may ask the server: a browser on this machine that has been given the first address.

Pages of other sites can send requests to 127.0.0.1, and a site can give its own name that address
(DNS rebinding). So the name that was asked for must be ours, the page that asks must be ours, and
the browser must hold the cookie that the first address has set.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from email.message import Message

HOST: Final = "127.0.0.1"
_NAMES: Final = (HOST, "localhost")
_OURS: Final = frozenset({"same-origin", "none"})
"""Where a request may come from: our pages, or nobody's, as when an address is typed."""


class Guard:
    """Judges the requests of one server."""

    def __init__(self, port: int) -> None:
        self._hosts = frozenset(f"{name}:{port}" for name in _NAMES)
        self._token = secrets.token_urlsafe(32)
        self._cookie = f"prep-export-{port}"
        self.first_address = f"http://{HOST}:{port}/?token={self._token}"

    def refusal(self, headers: Message) -> str:
        """Why a request is refused whatever it asks for; empty where it is not."""
        hosts = headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "this server answers to its own address only"
        origins = headers.get_all("Origin", [])
        if any(origin != f"http://{hosts[0].lower()}" for origin in origins):
            return "a page of another site has asked"
        if any(site not in _OURS for site in headers.get_all("Sec-Fetch-Site", [])):
            return "a page of another site has asked"
        return ""

    def is_token(self, given: str) -> bool:
        """Whether an address carries our token."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    def holds_cookie(self, headers: Message) -> bool:
        """Whether the browser has been let in."""
        for header in headers.get_all("Cookie", []):
            for pair in header.split(";"):
                name, _, value = pair.strip().partition("=")
                if name == self._cookie and self.is_token(value):
                    return True
        return False

    @property
    def cookie(self) -> str:
        """What lets a browser in, as the value of `Set-Cookie`."""
        return f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"
