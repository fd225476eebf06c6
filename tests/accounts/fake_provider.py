"""A small OpenID Connect provider on this machine: it vouches for whom the test tells it to."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT_ID, CLIENT_SECRET = "invigil", "known to both sides of the wire"


@dataclass
class FakeProvider:
    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    # By code: the challenge that came with the wish for it.
    challenges: dict[str, str] = field(default_factory=dict)
    issuer: str = ""
    breaks: bool = False

    @property
    def app(self) -> dict[str, Any]:
        return {
            "provider_id": "north",
            "name": "North University",
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "settings": {"server_url": self.url},
        }

    def agree(self, authorize_url: str) -> tuple[str, dict[str, str]]:
        """The person says yes: where the browser is sent back to, and with what."""
        wish = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        assert authorize_url.startswith(f"{self.url}/authorize?")
        assert (wish["client_id"], wish["response_type"]) == (CLIENT_ID, "code")
        assert wish["code_challenge_method"] == "S256"
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = wish["code_challenge"]
        return urlsplit(wish["redirect_uri"]).path, {"code": code, "state": wish["state"]}

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.breaks:
            return 200, {"nothing": "of use"}
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            known = {f"{name}_endpoint": f"{self.url}/{end}" for name, end in ends.items()}
            return 200, {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **known}
        if path == "/token":
            return self._token(form)
        return 200, self.claims

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        knows = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if not knows or self.challenges.get(form.get("code", "")) != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        vouched = {"iss": self.issuer or self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        signed = jwt.encode({**vouched, **self.claims}, "k" * 32, algorithm="HS256")
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": signed}


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, content = provider.answer(urlsplit(self.path).path, form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
