"""One request and its answer. The only module that imports httpx, and of it the transports: a client of httpx adds cookies, redirects and
proxies from the environment, of which an account that shares its connections with others may have none."""

import ssl
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from sync.http.failures import Answer
from sync.model.errors import AppUnreachable

Transport = httpx.BaseTransport

TIMEOUT = {"timeout": httpx.Timeout(30, pool=None).as_dict()}
HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": "zsync"}


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def network() -> Transport:
    """Connections to the network, kept open for all accounts of a process. How many calls go on at once is the pace's business."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    return httpx.HTTPTransport(verify=_tls(), limits=limits, trust_env=False)


def exchange(
    transport: Transport,
    method: str,
    address: str,
    *,
    app: str,
    headers: Mapping[str, str] = {},
    params: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request, with `content` or a `form`, and decode the answer. `params` are texts and numbers, or lists of them, each of which is
    a parameter of its own. Raises AppUnreachable when there is no answer."""
    url = f"{address}?{urlencode(params, doseq=True)}" if params else address
    request = httpx.Request(method, url, headers={**HEADERS, **headers}, content=content, data=form, extensions=TIMEOUT)
    try:
        with closing(transport.handle_request(request)) as response:
            body = response.read()
    except (httpx.HTTPError, ConnectionError) as error:
        raise AppUnreachable(app=app) from error
    try:
        return Answer(response.status_code, response.headers, decoded(body) if body else None)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Answer(response.status_code, response.headers, None, readable=False)


def decoded(content: bytes) -> Any:
    """JSON without NUL characters: nobody typed them, and PostgreSQL keeps none. Raises DecodeError."""
    found = msgspec.json.decode(content)
    return _without_nul(found) if b"\\u0000" in content else found


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return {key: _without_nul(one) for key, one in value.items()} if isinstance(value, dict) else value
