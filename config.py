"""Every setting of the service, read from ``INTAKE_*`` variables and nowhere else.

Flask's and Flask-Mail's own keys keep their names behind the prefix. Only ``create_app`` reads
this file. In production nothing that matters has a default: :func:`read` refuses to start and
names what is missing (OWASP ASVS 13.3.1; a shared default key is how CVE-2021-41192 happened).
"""

import difflib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent

REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "LINK_KEY", "BASE_URL", "MAIL_SERVER")

_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_ADDRESS = rf"{_ATOMS}@[^<>@.\s]+(?:\.[^<>@.\s]+)*"
_SENDER = re.compile(rf"[^<>]*<{_ADDRESS}>|{_ADDRESS}")

MAIL_DETAILS = ("link", "excerpt", "full")


class SettingError(SystemExit):
    """A setting is missing or makes no sense; the message names it and says what to do.

    Nobody can go on without it: whoever started the process reads the message and no traceback.
    """


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the Flask configuration that *environ* describes.

    :param environ: usually ``os.environ``; only names that begin with ``INTAKE_`` are looked at.
    :raises SettingError: a value is missing in production, or cannot be understood.
    """
    env = _Asked(
        (name.removeprefix("INTAKE_"), value.strip())
        for name, value in environ.items()
        if name.startswith("INTAKE_") and value.strip()
    )
    settings = _settings(env)
    settings["WARNINGS"] = list(_warnings(env, settings["ENV"] == "production"))
    return settings


class _Asked(dict[str, str]):
    """What was set, and which names were asked for: any other is most likely a slip."""

    def __init__(self, values: Iterable[tuple[str, str]]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def _warnings(env: _Asked, production: bool) -> Iterator[str]:
    """What hinders nobody from starting, and yet the operator should know."""
    for name in sorted(env.keys() - env.names):
        meant = difflib.get_close_matches(name, env.names, n=1)
        hint = f" Did you mean INTAKE_{meant[0]}?" if meant else ""
        yield f"INTAKE_{name} is not a setting of this service.{hint}"
    if production and "PROXY_HOPS" not in env:
        yield (
            "INTAKE_PROXY_HOPS is not set: behind a proxy, all visitors count as one and share the "
            "limits. Set it to the number of proxies, 0 if there is none."
        )
    if production and "ORGANISATION" not in env:
        yield "INTAKE_ORGANISATION is not set: an example is used, whose addresses reach nobody."


def _settings(env: Mapping[str, str]) -> dict[str, Any]:
    production = _production(env)
    instance = Path(env.get("INSTANCE", "instance")).absolute()

    return {
        "ENV": "production" if production else "development",
        "INSTANCE": instance,
        **_address(env, production),
        "THREADS": _whole(env, "THREADS", 8, 1, 200),
        "SECRET_KEY": env.get("SECRET_KEY") or _kept_secret(instance / "secret.key"),
        "LINK_KEY": env.get("LINK_KEY") or _kept_secret(instance / "link.key"),
        "SQLALCHEMY_ENGINES": {
            "default": _database_url(env, f"sqlite:///{instance / 'intake.sqlite'}")
        },
        "ORGANISATION": _path(env, "ORGANISATION"),
        "PROGRAMMES": _path(env, "PROGRAMMES"),
        "TRANSLATIONS": _path(env, "TRANSLATIONS"),
        **_mail(env),
        **_limits(env),
        **_sign_in(env, production),
        **_forms(production),
    }


def _address(env: Mapping[str, str], production: bool) -> dict[str, Any]:
    """Where the service listens, and by which address people know it."""
    port = _whole(env, "PORT", 8000, 1, 65535)
    base_url = _base_url(env, f"http://127.0.0.1:{port}")
    return {
        "HOST": env.get("HOST", "127.0.0.1"),
        "PORT": port,
        "BASE_URL": base_url,
        "TRUSTED_HOSTS": _trusted_hosts(env, base_url, production),
        "PROXY_HOPS": _whole(env, "PROXY_HOPS", 0),
    }


def _mail(env: Mapping[str, str]) -> dict[str, Any]:
    """Flask-Mail's own keys first."""
    return {
        "MAIL_SERVER": env.get("MAIL_SERVER", ""),
        "MAIL_PORT": _whole(env, "MAIL_PORT", 25, 1, 65535),
        **_tls(env),
        **_login(env),
        **_waits(env),
        "MAIL_SENDER": _sender(env),
        "MAIL_CA_FILE": env.get("MAIL_CA_FILE"),
        "MAIL_DETAIL": _one_of(env, "MAIL_DETAIL", MAIL_DETAILS, "excerpt"),
        "MAIL_PER_SECOND": _whole(env, "MAIL_PER_SECOND", 20),
    }


def _limits(env: Mapping[str, str]) -> dict[str, int]:
    """How much anybody may send. Counts are per hour unless the name says otherwise."""
    defaults = {
        "LIMIT_ENQUIRIES": 20,
        "LIMIT_COMMENTS": 20,
        "LIMIT_SIGN_INS": 20,
        "LIMIT_LINK_REQUESTS": 10,
        "LIMIT_MAILS_PER_ADDRESS": 3,
        "LIMIT_MAILS_PER_ADDRESS_DAY": 10,
        "MINIMUM_SECONDS": 3,  # to fill in the form, which a program does in less
    }
    return {name: _whole(env, name, default) for name, default in defaults.items()}


def _forms(production: bool) -> dict[str, Any]:
    """What keeps forms safe. `__Host-` binds the cookie to this host over HTTPS; i18n.py has the
    other one.
    """
    return {
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "__Host-intake" if production else "intake",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A form may lie open for hours; and our own no-referrer policy rules out a referrer check.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        # Every message of ours is our own; WTForms would read its catalogue for each request.
        "WTF_I18N_ENABLED": False,
    }


def _production(env: Mapping[str, str]) -> bool:
    """Is this production? If so, refuse to go on without what only the operator can know."""
    if _one_of(env, "ENV", ("development", "production"), "development") == "development":
        return False

    missing = [f"INTAKE_{name}" for name in REQUIRED_IN_PRODUCTION if name not in env]
    if missing:
        raise SettingError(f"INTAKE_ENV=production needs {', '.join(missing)}. See README.md.")

    short = [f"INTAKE_{name}" for name in ("SECRET_KEY", "LINK_KEY") if len(env[name]) < 32]
    if short:
        raise SettingError(
            f"{', '.join(short)} must have at least 32 characters, for example from "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`."
        )

    if not env["BASE_URL"].startswith("https://"):
        raise SettingError("INTAKE_BASE_URL must begin with https:// in production.")
    return True


def _database_url(env: Mapping[str, str], default: str) -> str:
    value = str(env.get("DATABASE_URL", default))
    try:
        url = make_url(value)
    except ArgumentError:
        url = None
    backend = url.get_backend_name() if url else ""
    in_memory = value in ("sqlite://", "sqlite:///") or ":memory:" in value
    if backend not in ("sqlite", "postgresql") or in_memory:
        raise SettingError(  # not repeating it: it may hold a password
            "INTAKE_DATABASE_URL must be like sqlite:////srv/idelots/intake.sqlite or "
            "postgresql://idelots@db.ljungby.example/idelots."
        )
    return value


def _base_url(env: Mapping[str, str], default: str) -> str:
    url = env.get("BASE_URL", default).rstrip("/")
    wrong = SettingError(f"INTAKE_BASE_URL is {url!r}; write it like https://ideer.ljungby.example")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong from None

    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise wrong
    if parts.path:
        raise SettingError("INTAKE_BASE_URL must not have a path: serve from a host of its own.")
    return url


def _trusted_hosts(env: Mapping[str, str], base_url: str, production: bool) -> list[str] | None:
    """Hosts that a request may name. Outside production any, so that a phone can try the form."""
    if named := env.get("TRUSTED_HOSTS"):
        return [host.strip() for host in named.split(",") if host.strip()]
    return [urlsplit(base_url).hostname or "", "127.0.0.1", "localhost"] if production else None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value).absolute() if value else None


def _kept_secret(path: Path) -> str:
    """A random secret, made on first use and kept; two processes that start together agree."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)  # whole or not at all, and only the first one wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def _tls(env: Mapping[str, str]) -> dict[str, bool]:
    starttls, from_the_start = _yes(env, "MAIL_USE_TLS"), _yes(env, "MAIL_USE_SSL")
    if starttls and from_the_start:
        raise SettingError(
            "INTAKE_MAIL_USE_TLS (STARTTLS, often port 587) and INTAKE_MAIL_USE_SSL (TLS from the "
            "start, often port 465) rule each other out; set one."
        )
    return {"MAIL_USE_TLS": starttls, "MAIL_USE_SSL": from_the_start}


def _login(env: Mapping[str, str]) -> dict[str, str | None]:
    if ("MAIL_USERNAME" in env) != ("MAIL_PASSWORD" in env):
        raise SettingError("INTAKE_MAIL_USERNAME and INTAKE_MAIL_PASSWORD go together; set both.")
    return {name: env.get(name) for name in ("MAIL_USERNAME", "MAIL_PASSWORD")}


def _sign_in(env: Mapping[str, str], production: bool) -> dict[str, Any]:
    """How staff sign in: by a link in a mail, at an OpenID provider, or either."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    missing = [f"INTAKE_{name}" for name in names if name not in env]
    if 0 < len(missing) < len(names):
        raise SettingError(
            f"{', '.join(missing)} must be set too: signing in with OpenID Connect needs all of "
            "INTAKE_OIDC_ISSUER, INTAKE_OIDC_CLIENT_ID and INTAKE_OIDC_CLIENT_SECRET."
        )
    by_mail = _yes(env, "SIGN_IN_BY_MAIL", "1")
    if not by_mail and missing:
        raise SettingError(
            "INTAKE_SIGN_IN_BY_MAIL is off and INTAKE_OIDC_ISSUER is not set: nobody could sign in."
        )
    issuer = env.get("OIDC_ISSUER", "")
    if issuer and not issuer.startswith("https://" if production else ("https://", "http://")):
        raise SettingError("INTAKE_OIDC_ISSUER must begin with https://.")
    return {
        "SIGN_IN_BY_MAIL": by_mail,
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": env.get("OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": env.get("OIDC_CLIENT_SECRET", ""),
        "OIDC_TRUST_EMAIL": _yes(env, "OIDC_TRUST_EMAIL"),
    }


def _waits(env: Mapping[str, str]) -> dict[str, int]:
    """Seconds to wait for the mail server, and the lease, which must outlast them."""
    command = _whole(env, "MAIL_TIMEOUT", 30, least=1)
    dot = _whole(env, "MAIL_DOT_TIMEOUT", 600, least=1)
    lease = _whole(env, "MAIL_LEASE", 900, least=1)

    least = 2 * command + dot + 1
    if lease < least:
        raise SettingError(
            f"INTAKE_MAIL_LEASE is {lease}; it must be at least {least} (twice "
            "INTAKE_MAIL_TIMEOUT, INTAKE_MAIL_DOT_TIMEOUT, and a second to begin in), or another "
            "worker would take a mail that is still being sent."
        )
    return {"MAIL_TIMEOUT": command, "MAIL_DOT_TIMEOUT": dot, "MAIL_LEASE": lease}


def _sender(env: Mapping[str, str]) -> str | None:
    """Who mails come from, found to be one address before the first mail fails by it."""
    value = env.get("MAIL_SENDER")
    if value is None:
        return None
    if not value.isprintable() or not _SENDER.fullmatch(value):
        raise SettingError(
            f"INTAKE_MAIL_SENDER is {value!r}; write it like Ljungby kommun <eu@ljungby.example>"
        )
    return value


def _whole(
    env: Mapping[str, str], name: str, default: int, least: int = 0, most: int = 10**9
) -> int:
    value = env.get(name, str(default))
    if not re.fullmatch("[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise SettingError(
            f"INTAKE_{name} is {value!r}; it must be a whole number from {least} to {most}."
        )
    return int(value)


def _yes(env: Mapping[str, str], name: str, default: str = "0") -> bool:
    value = _one_of(env, name, ("0", "1", "false", "true", "no", "yes"), default)
    return value in ("1", "true", "yes")


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = env.get(name, default).lower()
    if value not in allowed:
        raise SettingError(f"INTAKE_{name} is {value!r}; use one of: {', '.join(allowed)}.")
    return value
