"""Several Google accounts behind one address: each call goes to the account whose token, code or login it carries."""

import io
from collections.abc import Iterable, Sequence
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Request

from bot.sandbox.google.stand_in import GoogleStandIn


class ManyAccounts:
    """One stand-in per account. On the consent page `login` says which account somebody chose; the first one where nobody did."""

    def __init__(self, accounts: Sequence[GoogleStandIn]) -> None:
        self.accounts = list(accounts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._asked(environ)(environ, start_response)

    def of(self, login: str) -> GoogleStandIn:
        return next(one for one in self.accounts if one.oauth.login == login)

    def _asked(self, environ: WSGIEnvironment) -> WSGIApplication:
        request = Request(environ)
        environ["wsgi.input"] = io.BytesIO(request.get_data(parse_form_data=False))
        values = Request(environ).values
        environ["wsgi.input"].seek(0)
        token = request.headers.get("Authorization", "").partition(" ")[2]
        secrets = {token, *(values.get(name, "") for name in ("code", "refresh_token", "token"))} - {""}
        for account in self.accounts:
            if values.get("login") == account.oauth.login or any(map(account.oauth.knows, secrets)):
                return account.app
        return self.accounts[0].app
