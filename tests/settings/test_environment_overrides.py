"""Environment variables override single keys; a wrong variable is named like a wrong key."""

from pathlib import Path

import pytest

from gateway.settings import load_settings, settings_problems


@pytest.mark.parametrize(
    ("variable", "value", "section", "key", "expected"),
    [
        ("EPIX_SERVER__WORKERS", "4", "server", "workers", 4),
        ("EPIX_SERVER__BODY_TIMEOUT_SECONDS", "2.5", "server", "body_timeout_seconds", 2.5),
        (
            "EPIX_SERVER__CLIENT_CERTIFICATE_REQUIRED",
            "false",
            "server",
            "client_certificate_required",
            False,
        ),
        (
            "EPIX_GATEWAY__PUBLIC_ADDRESS",
            "https://a.example",
            "gateway",
            "public_address",
            "https://a.example",
        ),
        (
            "EPIX_GATEWAY__PUBLIC_ADDRESS",
            '"https://a.example"',
            "gateway",
            "public_address",
            "https://a.example",
        ),
        ("EPIX_LIMITS__REFUSED_LOOKUPS_PER_MINUTE", "5", "limits", "refused_lookups_per_minute", 5),
    ],
)
def test_a_variable_takes_the_place_of_its_key(
    directory: Path, variable: str, value: str, section: str, key: str, expected: object
) -> None:
    assert getattr(getattr(load_settings(directory, {variable: value}), section), key) == expected


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "EPIX_SERVER__WORKERS",
            "four",
            "EPIX_SERVER__WORKERS: server.workers must be a whole number.",
        ),
        (
            "EPIX_SERVER__LISTEN",
            "somewhere",
            "EPIX_SERVER__LISTEN: server.listen must be HOST:PORT",
        ),
        ("EPIX_SERVER__WORKER", "4", "perhaps workers is meant"),
        ("EPIX_SERVR__WORKERS", "4", "stands for no setting"),
        ("EPIX_WORKERS", "4", "stands for no setting"),
        ("EPIX_GATEWAY__AUTHORITIES", "[]", "stands for no setting"),
        ("EPIX_PARTNER__KEY", "za", "stands for no setting"),
        ("EPIX_SERVER__LISTEN__PORT", "80", "stands for no setting"),
    ],
)
def test_a_wrong_variable_is_named(directory: Path, variable: str, value: str, said: str) -> None:
    (problem,) = settings_problems(directory, {variable: value})
    assert problem.file == variable
    assert problem.line is None
    assert f"Environment variable {variable}" in problem.text
    assert said in problem.text


def test_a_variable_of_the_command_line_is_no_setting(directory: Path) -> None:
    assert settings_problems(directory, {"EPIX_DIR": "/srv/epix", "PATH": "/bin"}) == ()


def test_a_variable_mends_a_wrong_key(directory: Path) -> None:
    path = directory / "conf/gateway.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"127.0.0.1:8443"', '"nowhere"'), encoding="utf-8"
    )
    assert (
        str(load_settings(directory, {"EPIX_SERVER__LISTEN": "[::1]:9443"}).server.listen)
        == "[::1]:9443"
    )
