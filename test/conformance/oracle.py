"""Judges and signs HTTP messages with the PyPI package http-message-signatures, for differential.test.ts.

One JSON object a line comes in, one goes out, in the same order. Nothing of Writ is in here: what this accepts is
accepted by somebody else's reading of RFC 9421 and RFC 9530.
"""

import base64
import datetime
import json
import sys
from types import SimpleNamespace

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, algorithms, signatures
from http_message_signatures.resolvers import HTTPSignatureKeyResolver

ALGORITHMS = {"ed25519": algorithms.ED25519, "ecdsa-p256-sha256": algorithms.ECDSA_P256_SHA256}


def clock(now):
    """The package's own checks of time, at the case's time instead of today's."""

    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(now, tz)

    return SimpleNamespace(datetime=Frozen, timedelta=datetime.timedelta, timezone=datetime.timezone)


class Lines:
    """Field lines as received: a field sent twice is there twice."""

    def __init__(self, lines):
        self.lines = [tuple(line) for line in lines]

    def items(self):
        return list(self.lines)

    def __iter__(self):
        return iter(name for name, _ in self.lines)

    def __contains__(self, name):
        return any(other.lower() == name.lower() for other, _ in self.lines)

    def __setitem__(self, name, value):
        if name in self:
            del self[name]
        self.lines.append((name, value))

    def __delitem__(self, name):
        self.lines = [line for line in self.lines if line[0].lower() != name.lower()]


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key_id, key):
        self.key_id, self.key = key_id, key

    def resolve_public_key(self, key_id):
        return self.key if key_id == self.key_id else None

    def resolve_private_key(self, key_id):
        return self.key


def message(case):
    return SimpleNamespace(method=case["method"], url=case["url"], headers=Lines(case["headers"]))


def verify(case):
    signatures.datetime = clock(case["now"])
    key = Keys(case["keyId"], load_pem_public_key(case["pem"].encode()))
    verifier = HTTPMessageVerifier(signature_algorithm=ALGORITHMS[case["alg"]], key_resolver=key)
    verifier.max_clock_skew = datetime.timedelta(seconds=case["skewSeconds"])
    verifier.verify(
        message(case),
        max_age=datetime.timedelta(seconds=case["maxAgeSeconds"]),
        expect_tag=case["tag"],
        require_components=case["components"],
        body=base64.b64decode(case["body"]),
    )
    return {"accepts": True}


def sign(case):
    key = Keys(case["keyId"], load_pem_private_key(case["pem"].encode(), None))
    signer = HTTPMessageSigner(signature_algorithm=ALGORITHMS[case["alg"]], key_resolver=key)
    signed = message(case)
    body = base64.b64decode(case["body"])
    signer.sign(
        signed,
        key_id=case["keyId"],
        created=datetime.datetime.fromtimestamp(case["created"], datetime.timezone.utc),
        expires=datetime.datetime.fromtimestamp(case["expires"], datetime.timezone.utc),
        nonce=case["nonce"],
        tag=case["tag"],
        label=case["label"],
        covered_component_ids=case["components"],
        body=body or None,
    )
    return {"headers": signed.headers.items()}


for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = sign(case) if case["act"] == "sign" else verify(case)
    except Exception as refusal:
        answer = {"accepts": False, "why": f"{type(refusal).__name__}: {refusal}"}
    print(json.dumps(answer), flush=True)
