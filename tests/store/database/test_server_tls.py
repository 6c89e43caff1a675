"""PostgreSQL over the network: a server that nobody verifies reads permits and tokens."""

import pytest

from gateway.store.database.server_tls import unverified_hosts

ROOT_CA = "sslrootcert=/etc/epix-gateway/tls/database-ca.pem"


@pytest.fixture(autouse=True)
def without_libpq_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////var/lib/epix-gateway/data/gateway.sqlite",
        "postgresql:///epix",
        "postgresql://epix@localhost/epix",
        "postgresql://epix@127.0.0.1:5432/epix",
        "postgresql://epix@[::1]/epix",
        "postgresql://epix@/epix?host=/run/postgresql",
        "postgresql://epix@/epix?host=localhost:5432&host=127.0.0.2",
        f"postgresql+psycopg://epix@db1/epix?sslmode=verify-full&{ROOT_CA}",
        f"postgresql://epix@/epix?host=db1:5432&host=db2:5432&sslmode=verify-full&{ROOT_CA}",
    ],
)
def test_this_machine_and_a_verified_server_pass(address: str) -> None:
    assert unverified_hosts(address) == ()


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("postgresql://epix@db1/epix", ("db1",)),
        *(
            (f"postgresql://epix@db1/epix?sslmode={mode}", ("db1",))
            for mode in ("disable", "allow", "prefer", "require", "verify-ca", "VERIFY-FULL", "")
        ),
        ("postgresql://epix@db1/epix?sslmode=verify-full&sslmode=disable", ("db1",)),
        ("postgresql://epix@/epix?host=db1:5432&host=db2:5432", ("db1", "db2")),
        ("postgresql://epix@/epix?host=localhost,db2", ("db2",)),
        ("postgresql://epix@localhost/epix?hostaddr=192.0.2.1", ("192.0.2.1",)),
        ("postgresql://epix@localhost/epix?host=db2", ("db2",)),
        ("postgresql://epix@[2001:db8::1]:5432/epix", ("2001:db8::1",)),
        ("postgresql://epix@127.0.0.1.example.org/epix", ("127.0.0.1.example.org",)),
    ],
)
def test_a_server_on_the_network_that_is_not_verified_is_named(
    address: str, hosts: tuple[str, ...]
) -> None:
    assert unverified_hosts(address) == hosts


def test_what_the_address_leaves_out_comes_from_libpqs_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGHOST", "db1")
    assert unverified_hosts("postgresql:///epix") == ("db1",)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert unverified_hosts("postgresql:///epix") == ()
    assert unverified_hosts("postgresql://db2/epix?sslmode=prefer") == ("db2",)
