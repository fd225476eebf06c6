"""An owner and a key of a new institution, got from a running server as a program gets them."""

from dataclasses import dataclass

import requests

LIMIT_S = 60
PASSWORD = "correct horse battery"
SCOPES = ("read", "write", "intervene", "audit", "manage", "analyse")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends `authorization` with each request."""

    name: str
    api_url: str
    authorization: str

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        headers = {"Authorization": self.authorization}
        return requests.request(method, self.api_url + path, json=body, headers=headers, timeout=LIMIT_S)


def registered(server_url: str, *, institution: str = "North University") -> tuple[Caller, Caller]:
    """The owner of a new institution, and a key with every scope."""
    api_url = f"{server_url}/api/v1"
    email = f"{institution.split()[0].lower()}@example.com"
    body = {"email": email, "password": PASSWORD, "institution": institution}
    made = requests.post(f"{api_url}/auth/register/", json=body, timeout=LIMIT_S)
    made.raise_for_status()
    owner = Caller("owner", api_url, f"Bearer {made.json()['token']}")
    key = owner.call("POST", "/api-keys/", {"name": "contract", "scopes": list(SCOPES)})
    key.raise_for_status()
    return owner, Caller("key", api_url, f"Api-Key {key.json()['key']}")
