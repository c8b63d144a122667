"""Settings: defaults for trying out, and a plain refusal in production."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

CONFIG = Path(__file__).parents[1] / "config.py"
PRODUCTION = {
    "INTAKE_ENV": "production",
    "INTAKE_SECRET_KEY": "s" * 43,
    "INTAKE_LINK_KEY": "l" * 43,
    "INTAKE_BASE_URL": "https://ideer.ljungby.example",
    "INTAKE_MAIL_SERVER": "smtp.ljungby.example",
}


def read(tmp_path: Path, **environ: str) -> dict[str, Any]:
    here = {"INTAKE_INSTANCE": str(tmp_path / "instance")}
    return runpy.run_path(str(CONFIG))["read"](here | environ)


def test_nothing_needs_to_be_set_to_try_it(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings["ENV"] == "development"
    assert settings["BASE_URL"] == "http://127.0.0.1:8000"
    assert settings["MAIL_DETAIL"] == "excerpt"
    assert settings["SESSION_COOKIE_HTTPONLY"]


def test_secrets_are_made_once_and_kept_close(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first["LINK_KEY"] == second["LINK_KEY"] != first["SECRET_KEY"]
    assert len(first["LINK_KEY"]) >= 43
    for name in ("link.key", "secret.key"):
        assert (tmp_path / "instance" / name).stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in (tmp_path / "instance").iterdir()) == ["link.key", "secret.key"]


def test_production_starts_with_all_it_needs(tmp_path: Path) -> None:
    settings = read(tmp_path, **PRODUCTION)
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["SESSION_COOKIE_NAME"] == "__Host-intake"
    assert "ideer.ljungby.example" in settings["TRUSTED_HOSTS"]
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("missing", ["SECRET_KEY", "LINK_KEY", "BASE_URL", "MAIL_SERVER"])
def test_production_says_what_is_missing(tmp_path: Path, missing: str) -> None:
    environ = {k: v for k, v in PRODUCTION.items() if k != f"INTAKE_{missing}"}
    with pytest.raises(SystemExit, match=f"INTAKE_{missing}"):
        read(tmp_path, **environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "prod"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠٠٠"),
        ("MAIL_PORT", "-25"),
        ("MAIL_TIMEOUT", "1" * 5000),
        ("DATABASE_URL", "intake.sqlite"),
        ("DATABASE_URL", "mysql://idelots@db.ljungby.example/idelots"),
        ("DATABASE_URL", "postgres://idelots@db.ljungby.example/idelots"),
        ("DATABASE_URL", "sqlite://"),
        ("MAIL_USERNAME", "idelots"),
        ("MAIL_PASSWORD", "secret"),
        ("BASE_URL", "ideer.ljungby.example"),
        ("BASE_URL", "https://ljungby.example/ideer"),
        ("MAIL_DETAIL", "everything"),
        ("MAIL_LEASE", "0"),
        ("MAIL_USE_TLS", "maybe"),
        ("MAIL_SENDER", "Ljungby kommun"),
        ("MAIL_SENDER", "Idéer <idéer@ljungby.example>"),
        ("MAIL_SENDER", "eu@ljungby..example"),
        ("MAIL_SENDER", "eu..idéer@ljungby.example"),
        ("MAIL_SENDER", "a@ljungby.example, b@ljungby.example"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SystemExit, match=f"INTAKE_{name}"):
        read(tmp_path, **{f"INTAKE_{name}": value})


def test_a_name_that_is_no_setting_is_told(tmp_path: Path) -> None:
    [warning] = read(tmp_path, INTAKE_MAIL_SERVR="smtp.ljungby.example")["WARNINGS"]
    assert warning.endswith("Did you mean INTAKE_MAIL_SERVER?")
    proxies, organisation = read(tmp_path, **PRODUCTION)["WARNINGS"]
    assert "INTAKE_PROXY_HOPS is not set" in proxies
    assert "INTAKE_ORGANISATION is not set" in organisation
    named = PRODUCTION | {"INTAKE_ORGANISATION": "organisation.toml", "INTAKE_PROXY_HOPS": "0"}
    assert read(tmp_path, **named)["WARNINGS"] == []


def test_the_readme_names_every_setting() -> None:
    config = runpy.run_path(str(CONFIG))
    asked = config["_Asked"]([("INSTANCE", "/nowhere"), ("SECRET_KEY", "s"), ("LINK_KEY", "l")])
    config["_settings"](asked)
    table = (
        CONFIG.with_name("README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    )
    assert set(re.findall(r"INTAKE_([A-Z_]+)`", table)) == asked.names


def test_two_ways_of_tls_rule_each_other_out(tmp_path: Path) -> None:
    both = {"INTAKE_MAIL_USE_TLS": "1", "INTAKE_MAIL_USE_SSL": "yes"}
    with pytest.raises(SystemExit, match="INTAKE_MAIL_USE_SSL"):
        read(tmp_path, **both)
    assert read(tmp_path, **(both | {"INTAKE_MAIL_USE_SSL": "no"}))["MAIL_USE_TLS"]


def test_a_mail_is_leased_for_longer_than_it_may_take(tmp_path: Path) -> None:
    waits = {"INTAKE_MAIL_TIMEOUT": "10", "INTAKE_MAIL_DOT_TIMEOUT": "100"}
    with pytest.raises(SystemExit, match=r"INTAKE_MAIL_LEASE is 120; it must be at least 121"):
        read(tmp_path, **waits, INTAKE_MAIL_LEASE="120")
    assert read(tmp_path, **waits, INTAKE_MAIL_LEASE="121")["MAIL_LEASE"] == 121
    with pytest.raises(SystemExit, match=r"INTAKE_MAIL_LEASE is 900"):
        read(tmp_path, INTAKE_MAIL_DOT_TIMEOUT="840")


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINK_KEY"])
def test_production_refuses_short_keys_and_plain_http(tmp_path: Path, name: str) -> None:
    with pytest.raises(SystemExit, match=f"INTAKE_{name}"):
        read(tmp_path, **(PRODUCTION | {f"INTAKE_{name}": "short"}))
    with pytest.raises(SystemExit, match="https"):
        read(tmp_path, **(PRODUCTION | {"INTAKE_BASE_URL": "http://ideer.ljungby.example"}))


OIDC = {
    "INTAKE_OIDC_ISSUER": "https://id.ljungby.example",
    "INTAKE_OIDC_CLIENT_ID": "idelots",
    "INTAKE_OIDC_CLIENT_SECRET": "x" * 40,
}


def test_staff_sign_in_by_mail_unless_told_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path)["SIGN_IN_BY_MAIL"]
    assert read(tmp_path, **OIDC)["OIDC_ISSUER"] == "https://id.ljungby.example"
    settings = read(tmp_path, **OIDC, INTAKE_SIGN_IN_BY_MAIL="0")
    assert not settings["SIGN_IN_BY_MAIL"]
    assert not settings["OIDC_TRUST_EMAIL"]


@pytest.mark.parametrize("missing", OIDC)
def test_a_provider_needs_all_three(tmp_path: Path, missing: str) -> None:
    some = {name: value for name, value in OIDC.items() if name != missing}
    with pytest.raises(SystemExit, match=f"^{missing} must be set too"):
        read(tmp_path, **some)


def test_it_refuses_to_start_where_nobody_could_sign_in(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nobody could sign in"):
        read(tmp_path, INTAKE_SIGN_IN_BY_MAIL="0")


def test_a_provider_in_production_is_asked_over_https(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="INTAKE_OIDC_ISSUER must begin with https://"):
        read(tmp_path, **PRODUCTION, **(OIDC | {"INTAKE_OIDC_ISSUER": "http://id.ljungby.example"}))
