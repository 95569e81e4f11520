#!/usr/bin/env python3
"""Signs one call to a Writ gateway, sends it and verifies the signed answer.

    python writ_sign.py METHOD URL [BODY-FILE]

WRIT_KEY       file with the private key, PEM (PKCS#8), Ed25519 or P-256
WRIT_KEY_ID    its key id: the thumbprint of the public key
WRIT_PROVIDER  file with the answer of /v1/provider, saved once and its thumbprint compared by telephone
WRIT_CA        file with a certificate authority to trust instead of the system's (optional)

On stdout is what the provider has signed, and nothing else. The exit code is 0 for a verified answer of 2xx.
Needs `cryptography` (PyPI), since the standard library cannot sign. docs/signing.md explains each step.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import secrets
import ssl
import sys
import time
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LIFETIME = 60  # seconds; the provider takes up to 300
LONGEST = 300
SKEW = 30

# The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them.
ANSWER = re.compile(
    r'writ=(\("@status" "content-digest" "content-type" "signature";req\)'
    r';created=([0-9]{1,15});expires=([0-9]{1,15});keyid="([A-Za-z0-9_-]{43})"'
    r';alg="ecdsa-p256-sha256";tag="writ")'
)


class NotVerified(Exception):
    pass


def b64(data):
    return base64.b64encode(data).decode()


def digest_field(body):
    return f"sha-256=:{b64(hashlib.sha256(body).digest())}:"


def sign(key, base):
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(base)
    # The library writes DER. On the wire are the two numbers, 32 bytes each.
    r, s = utils.decode_dss_signature(key.sign(base, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sign_request(key, key_id, method, authority, target, body):
    """The fields to send. `target` is the path with its query, just as the request line will have it."""
    path, mark, query = target.partition("?")
    fields = {}
    covered = {
        "@method": method,
        "@authority": authority.lower().removesuffix(":443"),
        "@path": path,
        "@query": mark + query or "?",
    }
    if body:
        fields = {"content-digest": digest_field(body), "content-type": "application/json"}
        covered |= fields
    created = int(time.time())
    names = " ".join(f'"{name}"' for name in covered)
    alg = "ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "ecdsa-p256-sha256"
    params = (
        f'({names});created={created};expires={created + LIFETIME};nonce="{secrets.token_urlsafe(24)}"'
        f';keyid="{key_id}";alg="{alg}";tag="writ"'
    )
    lines = [f'"{name}": {value}' for name, value in covered.items()]
    base = "\n".join([*lines, f'"@signature-params": {params}'])
    return fields | {
        "signature-input": f"writ={params}",
        "signature": f"writ=:{b64(sign(key, base.encode('ascii')))}:",
    }


def provider_keys(file):
    """The provider's keys by the thumbprint that we compute: what a document says of itself proves nothing."""
    keys = {}
    with open(file, encoding="utf-8") as document:
        published = json.load(document)["keys"]
    for jwk in published:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
            continue
        members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
        canonical = json.dumps(members, separators=(",", ":")).encode()
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")
        x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "="), "big") for name in ("x", "y"))
        keys[thumbprint] = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    return keys


def verify_answer(keys, status, headers, body, request_signature):
    """Raises NotVerified unless the provider signed this answer, to this request, just now."""
    field = {}
    for name in ("content-digest", "content-type", "signature-input", "signature"):
        lines = headers.get_all(name, [])
        if len(lines) != 1:
            raise NotVerified(f"{name} is not there once")
        field[name] = lines[0].strip()
    if field["content-digest"] != digest_field(body):
        raise NotVerified("the body is not the one that was signed")
    read = ANSWER.fullmatch(field["signature-input"])
    signed = re.fullmatch(r"writ=:([A-Za-z0-9+/]{86}==):", field["signature"])
    if not read or not signed:
        raise NotVerified("the signature has another form than the provider's")
    params, created, expires, key_id = read[1], int(read[2]), int(read[3]), read[4]
    now = time.time()
    if created > now + SKEW or now >= expires or expires - created > LONGEST:
        raise NotVerified("the signature is not of now")
    if key_id not in keys:
        raise NotVerified("the key is not one of the provider's")
    base = (
        f'"@status": {status}\n"content-digest": {field["content-digest"]}\n"content-type": {field["content-type"]}\n'
        f'"signature";req: {request_signature}\n"@signature-params": {params}'
    )
    raw = base64.b64decode(signed[1])
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    try:
        keys[key_id].verify(utils.encode_dss_signature(r, s), base.encode("ascii"), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise NotVerified("the signature does not hold") from None


def main(method, url, body_file=None):
    with open(os.environ["WRIT_KEY"], "rb") as pem:
        key = load_pem_private_key(pem.read(), password=None)
    body = b""
    if body_file is not None:
        with open(body_file, "rb") as file:
            body = file.read()
    keys = provider_keys(os.environ["WRIT_PROVIDER"])
    parts = urlsplit(url)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    fields = sign_request(key, os.environ["WRIT_KEY_ID"], method, parts.netloc, target, body)

    # http.client follows no redirect and unpacks nothing: what arrives is what was signed.
    tls = ssl.create_default_context(cafile=os.environ.get("WRIT_CA"))
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=tls, timeout=30)
    connection.request(method, target, body or None, fields | {"host": parts.netloc})
    answer = connection.getresponse()
    content = answer.read()
    try:
        verify_answer(keys, answer.status, answer.headers, content, fields["signature"])
    except NotVerified as reason:
        print(f"{answer.status}, not verified: {reason}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(content)
    print(f"{answer.status}, verified", file=sys.stderr)
    return 0 if 200 <= answer.status < 300 else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
