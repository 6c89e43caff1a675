"""Keys in hardware tokens (HSM, smart card): PKCS #11 objects that sign like keys from a file.

The private key never leaves its token. The classes here implement the key interfaces of
`cryptography`, so that seals and messages are signed in the same way with either sort of key.

The key is named by a URI (RFC 7512):
pkcs11:token=NAME;object=NAME?module-path=/usr/lib/.../libNAME.so, where id=%01 may stand for or
beside object. Needs the optional group: pip install 'epix-gateway[pkcs11]'.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn, Self
from urllib.parse import unquote_to_bytes

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gateway.crypto.policy import PrivateKey, require_key
from gateway.domain.errors import AlgorithmRefused, KeyUnusable

_URI = re.compile(r"pkcs11:(?P<path>[^?\s]*)\?module-path=(?P<module>[^&?\s]+)")
_INSTALL = "pip install 'epix-gateway[pkcs11]'"


@dataclass(frozen=True, slots=True)
class TokenKeyUri:
    """A PKCS #11 URI (RFC 7512), parsed.

    module: path of the vendor's library.  token, object: labels.  At least object or id is present.
    """

    module: str
    token: str
    object: str | None
    id: bytes | None

    @classmethod
    def parse(cls, uri: str, file: Path) -> Self:
        """Parse a URI. file: names it in errors. Raises KeyUnusable with an example."""
        found = _URI.fullmatch(uri)
        parts = dict(part.partition("=")[::2] for part in found["path"].split(";")) if found else {}
        if not found or not parts.get("token") or not (parts.get("object") or parts.get("id")):
            raise KeyUnusable(
                f"{file} does not name a key in a token. Write one line such as "
                "pkcs11:token=epix;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so"
            )
        values = {name: unquote_to_bytes(value) for name, value in parts.items()}
        module = unquote_to_bytes(found["module"]).decode(errors="replace")
        label = values["object"].decode(errors="replace") if "object" in values else None
        return cls(module, values["token"].decode(errors="replace"), label, values.get("id"))


def load_token_key(uri: str, file: Path, pin: str) -> PrivateKey:
    """The key that a URI names. file: holds the URI; names it in errors.  Raises KeyUnusable."""
    place = TokenKeyUri.parse(uri, file)
    try:
        import pkcs11  # an optional library: most authorities keep their keys in files
    except ImportError:
        raise KeyUnusable(
            f"{file} names a key in a token, and the library for it is missing: {_INSTALL}"
        ) from None
    try:
        token = pkcs11.lib(place.module).get_token(token_label=place.token)
    except pkcs11.PKCS11Error:
        raise KeyUnusable(
            f"{file}: there is no token {place.token}, or its library {place.module} does not work."
            f" See what there is: `pkcs11-tool --module {place.module} --list-token-slots`."
        ) from None
    try:
        session = _session(token, pin)
    except pkcs11.PKCS11Error as error:
        raise KeyUnusable(
            f"{file}: the token {place.token} does not accept the PIN ({type(error).__name__}). Put"
            f" the right one into passphrase_file; `pkcs11-tool --module {place.module} --login"
            " --test` tries it."
        ) from None
    try:
        return _key(session, place)
    except (pkcs11.PKCS11Error, AlgorithmRefused, ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(
            f"{file}: the token {place.token} holds no key pair {place.object or 'of that id'} on"
            " EC P-256, P-384, P-521 or of RSA with 3072 bits. Make one: `pkcs11-tool --module"
            f" {place.module} --token-label {place.token} --login --keypairgen --key-type"
            f" EC:prime256v1 --label {place.object or 'NAME'}`."
        ) from None


def is_in_token(key: PrivateKey) -> bool:
    """Whether a key is in a token."""
    return isinstance(key, TokenEcKey | TokenRsaKey)


def _session(token: Any, pin: str) -> Any:
    import pkcs11

    try:
        return token.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        # A process logs in to a token once; sessions for a second key share the login.
        return token.open()


def _key(session: Any, place: TokenKeyUri) -> PrivateKey:
    from pkcs11 import KeyType, ObjectClass
    from pkcs11.util.ec import encode_ec_public_key
    from pkcs11.util.rsa import encode_rsa_public_key

    named = {"label": place.object, "id": place.id}
    private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, **named)
    public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, **named)
    encode = encode_ec_public_key if private.key_type is KeyType.EC else encode_rsa_public_key
    loaded = load_der_public_key(encode(public))
    require_key(loaded)
    if isinstance(loaded, ec.EllipticCurvePublicKey):
        return TokenEcKey(private, loaded)
    if isinstance(loaded, rsa.RSAPublicKey):
        return TokenRsaKey(private, loaded)
    raise ValueError


@dataclass(frozen=True)
class _Signing:
    """Signing with a token. A PKCS #11 session serves one operation at a time, hence the lock."""

    handle: Any = field(repr=False)
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def sign(self, data: bytes, mechanism: Any, parameters: Any = None) -> bytes:
        """The raw signature. Raises KeyUnusable where the token does not answer any more."""
        import pkcs11

        try:
            with self.lock:
                return bytes(
                    self.handle.sign(data, mechanism=mechanism, mechanism_param=parameters)
                )
        except pkcs11.PKCS11Error as error:
            raise KeyUnusable(
                f"The token does not sign ({type(error).__name__}). See whether it is there:"
                " `pkcs11-tool -L`."
            ) from None


class InToken:
    """Operations that a key in a token refuses.

    A copy is the key itself: the interfaces of `cryptography` require copying, and a session cannot
    be duplicated.
    """

    def private_numbers(self) -> NoReturn:
        """Raises UnsupportedAlgorithm: the numbers never leave the token."""
        _refuse()

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        """Raises UnsupportedAlgorithm: the numbers never leave the token."""
        _refuse()

    def exchange(self, *_: object, **__: object) -> NoReturn:
        """Raises UnsupportedAlgorithm: a signing key does nothing else."""
        _refuse()

    def decrypt(self, *_: object, **__: object) -> NoReturn:
        """Raises UnsupportedAlgorithm: a signing key does nothing else."""
        _refuse()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> Self:
        return self


class TokenEcKey(InToken, ec.EllipticCurvePrivateKey):
    """An EC key in a token. It signs and cannot be exported."""

    def __init__(self, handle: Any, public: ec.EllipticCurvePublicKey) -> None:
        self._signing, self._public = _Signing(handle), public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """The ECDSA signature over the digest of the data, DER."""
        from pkcs11 import Mechanism

        if not isinstance(signature_algorithm, ec.ECDSA):
            _refuse()
        algorithm = signature_algorithm.algorithm
        digest = bytes(data) if isinstance(algorithm, Prehashed) else _digest(data, algorithm)
        # A token gives r and s side by side; `cryptography` expects them as a DER sequence.
        raw = self._signing.sign(digest, Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public key."""
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve of the key."""
        return self._public.curve

    @property
    def key_size(self) -> int:
        """Size in bits."""
        return self._public.key_size


class TokenRsaKey(InToken, rsa.RSAPrivateKey):
    """An RSA key in a token. It signs and cannot be exported."""

    def __init__(self, handle: Any, public: rsa.RSAPublicKey) -> None:
        self._signing, self._public = _Signing(handle), public

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:
        """The RSA signature (PKCS #1 v1.5) over the data. The token computes the digest."""
        from pkcs11 import Mechanism

        by_name = {
            "sha256": "SHA256_RSA_PKCS",
            "sha384": "SHA384_RSA_PKCS",
            "sha512": "SHA512_RSA_PKCS",
        }
        if not isinstance(padding, _PKCS1) or not isinstance(algorithm, hashes.HashAlgorithm):
            _refuse()
        if algorithm.name not in by_name:
            _refuse()
        return self._signing.sign(bytes(data), Mechanism[by_name[algorithm.name]])

    def public_key(self) -> rsa.RSAPublicKey:
        """The public key."""
        return self._public

    @property
    def key_size(self) -> int:
        """Size in bits."""
        return self._public.key_size


_PKCS1 = padding.PKCS1v15  # in sign() of an RSA key, `padding` is the parameter


def _digest(data: Any, algorithm: hashes.HashAlgorithm) -> bytes:
    hashed = hashes.Hash(algorithm)
    hashed.update(bytes(data))
    return hashed.finalize()


def _refuse() -> NoReturn:
    raise UnsupportedAlgorithm(
        "A key in a token signs with ECDSA or RSA PKCS #1 v1.5, and nothing else."
    )
