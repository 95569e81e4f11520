"""Runs the hook as LocalStack does, and asks its KMS. Run by hook.test.ts, in LocalStack's virtual environment."""

import json
import sys

from cryptography.hazmat.primitives.serialization import load_der_public_key

with open(sys.argv[1], "rb") as hook:
    exec(hook.read(), {})

from localstack.services.kms import models, provider  # noqa: E402

SPEC = "ECC_NIST_EDWARDS25519"


def key(**request):
    return models.KmsKey(request, account_id="000000000000", region="eu-central-1")


def refused(call):
    try:
        call()
        return "nothing"
    except Exception as error:
        return type(error).__name__


signing = key(KeySpec=SPEC, KeyUsage="SIGN_VERIFY")
signature = signing.sign(b"hello", "RAW", "ED25519_SHA_512")
# The verifier is another's: it raises if the signature does not hold.
load_der_public_key(signing.crypto_key.public_key).verify(signature, b"hello")
other = key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
print(json.dumps({
    "spec": signing.metadata["KeySpec"],
    "algorithms": signing.metadata["SigningAlgorithms"],
    "publicKeyBytes": len(signing.crypto_key.public_key),
    "verified": signing.verify(b"hello", "RAW", "ED25519_SHA_512", signature),
    "another message": refused(lambda: signing.verify(b"hullo", "RAW", "ED25519_SHA_512", signature)),
    "a digest": refused(lambda: signing.sign(b"hello", "DIGEST", "ED25519_PH_SHA_512")),
    "another's algorithm": refused(lambda: signing.sign(b"hello", "RAW", "ECDSA_SHA_256")),
    "other keys": other.verify(b"hello", "RAW", "ECDSA_SHA_256", other.sign(b"hello", "RAW", "ECDSA_SHA_256")),
    "an unknown spec": refused(lambda: provider.KmsCryptoKey.assert_valid("ECC_NIST_P999")),
}))
