"""Sending a package to a running Anki through the AnkiConnect add-on (https://foosoft.net/projects/anki-connect/)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from prep_export.errors import AnkiError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

URL: Final = "http://127.0.0.1:8765"
_VERSION: Final = 6
_LOCAL: Final = {"127.0.0.1", "localhost", "::1"}
_SECONDS: Final = 600
"""An import of a large deck takes minutes; Anki answers when it is done."""
_ANSWER: Final = 1024 * 1024
"""Bytes of an answer; AnkiConnect's to what we ask have some dozens."""


def push_package(path: Path, url: str = URL, key: str = "") -> None:
    """Have Anki import a package. Raises UsageError for an address that is not this machine's, and
    AnkiError when nothing listens there, or when Anki refuses."""
    if not _is_this_machine(url):
        raise UsageError(f"'{url}' is not this machine: Anki reads the file from its own disk")
    version = _call(url, key, "version", {})
    if not isinstance(version, int) or version < _VERSION:
        raise AnkiError(f"AnkiConnect at {url} is too old (version {version}); update the add-on")
    if _call(url, key, "importPackage", {"path": str(path.resolve())}) is not True:
        raise AnkiError("Anki did not import the package")


def _is_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read lazily: this is where a bad one is noticed
    except ValueError as error:
        raise UsageError(f"'{url}' is no address ({error}); write one like {URL}") from None
    if any(c.isspace() or not c.isprintable() for c in url):
        raise UsageError(f"'{url}' is no address (it holds a space); write one like {URL}")
    return parts.hostname in _LOCAL and parts.scheme == "http"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would be followed to wherever it leads, without what was to be sent."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def _call(url: str, key: str, action: str, params: dict[str, Any]) -> Any:
    body: dict[str, Any] = {"action": action, "version": _VERSION, "params": params}
    if key:
        body["key"] = key
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
    try:
        request = urllib.request.Request(  # noqa: S310 - http on this machine, checked above
            url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with opener.open(request, timeout=_SECONDS) as response:
            answer = json.loads(response.read(_ANSWER))
    except urllib.error.HTTPError as error:
        error.close()
        raise AnkiError(f"{url} answers {error.code}: is that AnkiConnect?") from None
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise AnkiError(
            f"nothing answers at {url} ({reason}); "
            "start Anki with the add-on AnkiConnect (2055492159)"
        ) from None
    except (ValueError, RecursionError, HTTPException):
        raise AnkiError(f"what answers at {url} is not AnkiConnect") from None
    if not isinstance(answer, dict) or set(answer) != {"result", "error"}:
        raise AnkiError(f"what answers at {url} is not AnkiConnect")
    if answer["error"]:
        raise AnkiError(f"Anki refused '{action}': {answer['error']}")
    return answer["result"]
