"""Example files: every key is explained, and a commented value is the default."""

import re
from pathlib import Path

import pytest

from gateway.settings import (
    AccessSettings,
    AgreementSettings,
    AuthoritySettings,
    CertificateSettings,
    ContactSettings,
    SecuritySettings,
    Settings,
    load_settings,
)
from gateway.settings.web.sign_on import SignOnRoleSettings, SignOnSettings
from gateway.store.database.server_tls import unverified_hosts

ROOT = Path(__file__).parents[2]
INNER_TABLES = {
    ("gateway", "authorities"): AuthoritySettings,
    ("gateway", "contact"): ContactSettings,
    ("partner", "access"): AccessSettings,
    ("partner", "agreement"): AgreementSettings,
    ("partner", "contact"): ContactSettings,
    ("partner", "certificate"): CertificateSettings,
    ("partner", "security"): SecuritySettings,
    ("web", "sign_on"): SignOnSettings,
    ("sign_on", "role"): SignOnRoleSettings,
}
TABLES = (
    r"\[{1,2}(partner|partner\.access|partner\.agreement|partner\.certificate"
    r"|partner\.contact|partner\.security|gateway\.contact|message_security|credential|revocation|mail|web|web\.sign_on|web\.sign_on\.role|species_plus|report_query|mail_partner)\]{1,2}$"
)
COMMENTED_KEY = re.compile(rf"^# (?=[a-z0-9_]+ = |{TABLES})", re.MULTILINE)


def uncommented(name: str) -> str:
    """An example file with every key in force."""
    return COMMENTED_KEY.sub("", (ROOT / "conf" / name).read_text(encoding="utf-8"))


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    (tmp_path / "conf").mkdir()
    files = re.compile(r"^(replica_|prune_|publish_|pages_)?url_file = ", re.MULTILINE)
    text = files.sub("# ", uncommented("gateway.toml"))
    (tmp_path / "conf/gateway.toml").write_text(text, encoding="utf-8")
    (tmp_path / "conf/partners.toml").write_text(uncommented("partners.toml"), encoding="utf-8")
    for name in set(re.findall(r'"(keys/[^"]+)"', text + uncommented("partners.toml"))):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x" * 32)
    return tmp_path


def keys(section: object, prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name in type(section).model_fields:  # type: ignore[attr-defined]
        value = getattr(section, name)
        first = value[0] if isinstance(value, tuple) and value else value
        if hasattr(type(first), "model_fields"):
            found |= keys(first, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def test_every_key_is_in_the_example_files() -> None:
    text = uncommented("gateway.toml") + uncommented("partners.toml")
    written = set(re.findall(r"^([a-z0-9_]+) = ", text, re.MULTILINE))
    known = {name.rpartition(".")[2] for name in keys_of_model()}
    assert known - written == set()


def test_every_key_is_in_the_documentation() -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    missing = [name for name in keys_of_model() if f"`{name.rpartition('.')[2]}`" not in text]
    assert missing == []


def keys_of_model() -> set[str]:
    found = set()
    for table, field in Settings.model_fields.items():
        section = field.annotation
        section = next(
            (kind for kind in getattr(section, "__args__", ()) if kind is not ...), section
        )
        for name in getattr(section, "model_fields", {}):
            if (table, name) not in INNER_TABLES:
                found.add(f"{table}.{name}")
    for (_, table), section in INNER_TABLES.items():
        found |= {f"{table}.{name}" for name in section.model_fields}
    return found


def test_the_examples_are_right_with_every_key_in_force(examples: Path) -> None:
    settings = load_settings(examples, {})
    assert settings.partners[0].key == "za"
    for address in (
        settings.database.url,
        settings.database.replica_address,
        settings.database.prune_address,
        settings.database.publish_address,
        settings.database.pages_address,
    ):
        assert address
        assert address.startswith("postgresql://")
        assert unverified_hosts(address) == ()


def test_a_commented_value_is_the_one_that_holds_without_it(examples: Path) -> None:
    everything = keys(load_settings(examples, {}))
    for name in ("gateway.toml", "partners.toml"):
        (examples / "conf" / name).write_text(
            (ROOT / "conf" / name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    plain = keys(load_settings(examples, {}))
    shown_only = {
        "gateway.contact",
        "database.url",
        "database.replica_url",
        "database.prune_url",
        "database.publish_url",
        "database.pages_url",
        "server.proxy_secret_file",
        "server.passphrase_file",
        "client.passphrase_file",
        "seal.passphrase_file",
        "paper.passphrase_file",
        "paper.check_address",
        "journal.timestamp_address",
        "journal.timestamp_ca_file",
        "journal.anchor_file",
        "journal.anchor_mail_to",
        "species_plus.token_file",
        "species_plus.ca_file",
        "web.public_address",
        "web.proxy_secret_file",
        "web.operations_listen",
        "alerts.webhook",
        "alerts.webhook_ca_file",
        "alerts.mail_to",
        "revocation",
        "report_query",
        "partner",
        "mail_partner",
    }
    differing = {key for key in plain if plain[key] != everything.get(key)}
    assert differing - shown_only == set()
