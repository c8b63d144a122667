"""A small, real OpenID provider on loopback, which lies on command."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "idelots", "a-secret-of-the-client"


class Provider:
    """Discovery, authorize, token and keys.

    ``person`` is who sits at the browser; ``lies`` are claims that the token gets instead of the
    true ones; ``key`` signs, and need not be the published one.
    """

    def __init__(self) -> None:
        self.published = RSAKey.generate_key(2048, {"kid": "one"})
        self.key = self.published
        self.person: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.consents = True
        self.signs = True
        self.is_away = False
        self.exchanges = 0
        self._codes: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "Provider":
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if provider.is_away:
                    self._json({}, 503)
                elif parts.path == "/.well-known/openid-configuration":
                    self._json(provider.metadata())
                elif parts.path == "/keys":
                    self._json({"keys": [provider.published.as_dict(private=False)]})
                elif parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(dict(parse_qsl(parts.query))))
                    self.end_headers()
                else:
                    self._json({}, 404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._json(*provider.exchange(form, self.headers.get("Authorization", "")))

            def _json(self, value: object, code: int = 200) -> None:
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        answer = {"state": asked["state"]}
        if self.consents:
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[dict[str, Any], int]:
        """A code for tokens, once, to whoever began it."""
        self.exchanges += 1
        asked = self._codes.pop(form.get("code", ""), None)
        secret = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            asked is None
            or authorization != f"Basic {secret}"
            or challenge != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
        ):
            return {"error": "invalid_grant"}, 400

        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "a-person",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims |= self.person | self.lies
        token = (
            jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
            if self.signs
            else f"{_part({'alg': 'none'})}.{_part(claims)}."
        )
        answer = {"access_token": "unused", "token_type": "Bearer", "id_token": token}
        return answer | {"expires_in": 300}, 200


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
