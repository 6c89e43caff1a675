"""Reading of settings: what a right configuration says, and what it means where it says nothing."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import EndorsementRule, FinalAfter
from gateway.domain.partner import ALL_OPERATIONS, Access, OperationName, Visibility
from gateway.settings import ServerMode, load_settings
from tests.settings.conftest import spoil


def test_a_right_configuration_is_read_whole(directory: Path) -> None:
    settings = load_settings(directory, {})
    (authority,) = settings.gateway.authorities
    assert authority.identity == Authority(IsoCountryCode("MZ"), "ANAC")
    assert authority.languages == ("pt", "en")
    assert authority.final_after is FinalAfter.ANY
    assert settings.server.mode is ServerMode.DIRECT_TLS
    assert (settings.server.listen.host, settings.server.listen.port) == ("127.0.0.1", 8443)
    assert not settings.sandbox
    za, ke = settings.partners
    assert za.partner.access == Access(ALL_OPERATIONS, Visibility.NAMED)
    assert za.partner.access_at is None
    assert za.certificate_sha256 == ("0a" * 32,)
    assert ke.address == "https://epix.example.ke/epix/v2"


def test_an_authority_names_what_may_be_used_up_in_several_shipments(directory: Path) -> None:
    spoil(
        directory,
        '["pt", "en"]',
        '["pt"]\npartial_shipments = ["EXPORT", "PHYTO"]\nfinal_after = "export"',
    )
    (authority,) = load_settings(directory, {}).gateway.authorities
    assert authority.rule == EndorsementRule(FinalAfter.EXPORT, frozenset({"EXPORT", "PHYTO"}))


def test_relative_paths_begin_at_the_working_directory(directory: Path) -> None:
    settings = load_settings(directory, {})
    assert settings.tokens.key_file == directory / "keys/token.key"
    assert settings.database.address == f"sqlite:///{directory}/data/gateway.sqlite"


def test_an_absolute_path_stays_where_it_is(directory: Path) -> None:
    spoil(directory, 'key_file = "keys/token.key"', f'key_file = "{directory}/keys/ca.pem"')
    assert load_settings(directory, {}).tokens.key_file == directory / "keys/ca.pem"


def test_a_gateway_may_have_no_partners_yet(directory: Path) -> None:
    (directory / "conf/partners.toml").unlink()
    assert load_settings(directory, {}).partners == ()


def test_settings_never_change_after_start(directory: Path) -> None:
    settings = load_settings(directory, {})
    with pytest.raises(ValidationError):
        settings.server.workers = 2  # type: ignore[misc]


def test_operations_of_a_partner_are_the_named_ones(directory: Path) -> None:
    spoil(
        directory,
        'country = "ZA"',
        'country = "ZA"\noperations = ["ServiceState"]',
        "conf/partners.toml",
    )
    assert load_settings(directory, {}).partners[0].partner.access.operations == {
        OperationName.SERVICE_STATE
    }


def test_fingerprints_are_taken_as_openssl_prints_them(directory: Path) -> None:
    spoil(directory, "0a" * 32, ":".join(["0A"] * 32), "conf/partners.toml")
    assert load_settings(directory, {}).partners[0].certificate_sha256 == ("0a" * 32,)


def test_a_database_url_with_a_password_stays_in_its_file(directory: Path) -> None:
    (directory / "keys/url").write_text("postgresql://epix:geheim@db/epix\n")
    spoil(directory, "[tokens]", '[database]\nurl_file = "keys/url"\n[tokens]')
    settings = load_settings(directory, {})
    assert settings.database.address == "postgresql://epix:geheim@db/epix"
    assert "geheim" not in repr(settings)


def test_a_partner_may_have_other_access_at_single_authorities(directory: Path) -> None:
    with (directory / "conf/partners.toml").open("a") as file:
        file.write(
            'visibility = "all"\n[[partner.access]]\nauthority = "MZ/ANAC"\noperations ='
            ' ["ServiceState"]\n'
        )
    ke = load_settings(directory, {}).partners[1].partner
    anac = Authority(IsoCountryCode("MZ"), "ANAC")
    assert ke.access_at == {anac: Access(frozenset({OperationName.SERVICE_STATE}), Visibility.ALL)}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            ["MZ/SEA"],
            r"partner\[2\].access\[1\].authority must be an authority that is served here: MZ/ANAC",
        ),
        (["MZ"], r"must be as in MZ/ANAC"),
        (
            ["MZ/ANAC", "MZ/ANAC"],
            r"partner\[2\].access\[2\].authority must not name one authority twice",
        ),
    ],
)
def test_access_is_given_once_to_authorities_that_are_served(
    directory: Path, tables: list[str], said: str
) -> None:
    with (directory / "conf/partners.toml").open("a") as file:
        file.writelines(f'[[partner.access]]\nauthority = "{authority}"\n' for authority in tables)
    with pytest.raises(SettingsInvalid, match=said):
        load_settings(directory, {})


def test_operators_are_answered_on_this_machine_unless_said_otherwise(directory: Path) -> None:
    assert not load_settings(directory, {}).operations.enabled
    assert str(load_settings(directory, {}).operations.listen) == "127.0.0.1:9464"
    everywhere = {"EPIX_OPERATIONS__LISTEN": "0.0.0.0:9464"}
    with pytest.raises(SettingsInvalid, match=r"operations\.listen must be a loopback address"):
        load_settings(directory, everywhere)
    assert load_settings(
        directory, {**everywhere, "EPIX_OPERATIONS__OPEN_TO_NETWORK": "true"}
    ).operations.listen.host
