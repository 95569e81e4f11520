"""Teaches LocalStack's KMS keys of the spec ECC_NIST_EDWARDS25519, which sign Writ's log.

LocalStack up to 2026.3.0 refuses them (localstack/localstack#13886). It runs this file in its own process when it starts,
from the folder `/etc/localstack/init/start.d` of its file system. A LocalStack that knows the spec stays as it is.

Of KMS's two algorithms for such keys only ED25519_SHA_512 is here: Ed25519 over the raw message (RFC 8032, section
5.1.6). Writ does not use the other, ED25519_PH_SHA_512, which signs a digest.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from localstack.services.kms import models

SPEC = "ECC_NIST_EDWARDS25519"
ALGORITHM = "ED25519_SHA_512"


def is_known() -> bool:
    try:
        models.KmsCryptoKey.assert_valid(SPEC)
    except Exception:
        return False
    return True


def with_ed25519(theirs: type[models.KmsCryptoKey]) -> type[models.KmsCryptoKey]:
    """A class of key material that makes Ed25519 keys too."""

    class CryptoKey(theirs):
        @staticmethod
        def assert_valid(key_spec: str) -> None:
            if key_spec != SPEC:
                theirs.assert_valid(key_spec)

        def __init__(self, key_spec: str, key_material: bytes | None = None) -> None:
            if key_spec != SPEC:
                super().__init__(key_spec, key_material)
                return
            # What is symmetric of it is used for nothing but must be there.
            super().__init__("SYMMETRIC_DEFAULT")
            self.key_spec = SPEC
            self._serialize_key(Ed25519PrivateKey.generate())

    return CryptoKey


def require_plain(message_type: str | None, algorithm: str) -> None:
    """AWS KMS API Reference, Sign: ED25519_SHA_512 takes raw messages."""
    if algorithm != ALGORITHM or message_type not in (None, "RAW"):
        raise models.ValidationException(f"Algorithm {algorithm} is not emulated for messages of type {message_type}")


def teach(key: type[models.KmsKey]) -> None:
    """Lets a KMS key sign and verify with what `with_ed25519` made."""
    algorithms, sign, verify = key._populate_signing_algorithms, key.sign, key.verify

    def is_ed25519(self: models.KmsKey) -> bool:
        return self.metadata["KeySpec"] == SPEC

    def populate(self, key_usage, key_spec):
        algorithms(self, key_usage, key_spec)
        if key_spec == SPEC and key_usage == "SIGN_VERIFY":
            self.metadata["SigningAlgorithms"] = [ALGORITHM]

    def sign_plain(self, data, message_type, signing_algorithm):
        if not is_ed25519(self):
            return sign(self, data, message_type, signing_algorithm)
        require_plain(message_type, signing_algorithm)
        return self.crypto_key.key.sign(data)

    def verify_plain(self, data, message_type, signing_algorithm, signature):
        if not is_ed25519(self):
            return verify(self, data, message_type, signing_algorithm, signature)
        require_plain(message_type, signing_algorithm)
        try:
            self.crypto_key.key.public_key().verify(signature, data)
        except InvalidSignature as error:
            raise models.KMSInvalidSignatureException() from error
        return True

    key._populate_signing_algorithms, key.sign, key.verify = populate, sign_plain, verify_plain


if not is_known():
    from localstack.services.kms import provider

    # The provider has a name of its own for the class, which it asks before it makes a key.
    models.KmsCryptoKey = provider.KmsCryptoKey = with_ed25519(models.KmsCryptoKey)
    teach(models.KmsKey)
