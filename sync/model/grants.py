"""OAuth grants and the client settings they are obtained with. Secrets live here only on their way between vault and request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """What an app gave us at sign-in. `api_url` is the data centre's API where the app named one, `accounts_url` where to refresh."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scope: str = ""
    api_url: str = ""
    accounts_url: str = ""
    id_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """One app's OAuth client as the operator set it. An address given here serves all regions (stand-ins, proxies)."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    secrets_by_region: Mapping[str, str] = field(default_factory=dict, repr=False)
    accounts_url: str = ""
    authorize_url: str = ""
    token_url: str = ""
    revoke_url: str = ""
    api_url: str = ""

    def secret(self, region: str) -> str:
        return self.secrets_by_region.get(region, self.client_secret)
