#!/usr/bin/env python3
"""Asks a Writ gateway who was behind an account: asks, follows the case, collects what was approved.

    writ.py ask REQUEST.json         asks; prints the case
    writ.py follow ID                waits until the case is decided, as long as WRIT_PATIENCE; prints the case
    writ.py collect ID [FILE]        prints the records, one JSON object a line; the signed pages go into FILE
    writ.py call METHOD URL [BODY]   any other call: signs it, sends it, verifies the answer and prints it

WRIT_URL             the provider's API: https://host/v1
WRIT_KEY             file with the private key, PEM (PKCS#8), Ed25519 or P-256
WRIT_KEY_ID          its key id: the thumbprint of the public key
WRIT_ENCRYPTION_KEY  file with the private key that disclosures are encrypted to, PEM (PKCS#8), P-256
WRIT_PROVIDER        file with the answer of /v1/provider, saved once and its thumbprint compared by telephone
WRIT_CA              file with a certificate authority to trust instead of the system's (optional)
WRIT_PATIENCE        for how many seconds to wait for a decision or the provider's log (optional, 60)

On stdout is what the provider has signed, and nothing else. The exit code is 0 if all went well, 2 if the provider is
not ready yet, 1 for everything else. Needs `cryptography` (PyPI), since the standard library cannot sign.
docs/signing.md explains each step.
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

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LIFETIME = 60  # seconds; the provider takes up to 300
LONGEST = 300
SKEW = 30
EVERY = 2

# The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them.
ANSWER = re.compile(
    r'writ=(\("@status" "content-digest" "content-type" "signature";req\)'
    r';created=([0-9]{1,15});expires=([0-9]{1,15});keyid="([A-Za-z0-9_-]{43})"'
    r';alg="ecdsa-p256-sha256";tag="writ")'
)


class NotVerified(Exception):
    pass


# --- Sign ---------------------------------------------------------------------------------------------------------


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


# --- Verify -------------------------------------------------------------------------------------------------------


def from_base64url(text):
    """Strictly: Python's own decoder leaves out what it does not know."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_key(jwk):
    x, y = (int.from_bytes(from_base64url(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def provider_keys():
    """The provider's keys by the thumbprint that we compute: what a document says of itself proves nothing."""
    keys = {}
    with open(os.environ["WRIT_PROVIDER"], encoding="utf-8") as document:
        published = json.load(document)["keys"]
    for jwk in published:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
            continue
        canonical = canonical_json({name: jwk[name] for name in ("crv", "kty", "x", "y")})
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")
        keys[thumbprint] = public_key(jwk)
    return keys


def canonical_json(value):
    """RFC 8785, as far as it is needed here: of objects, lists, strings and whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify(keys, key_id, signature, message):
    """ECDSA on P-256 over SHA-256, of a signature that is the two numbers, 32 bytes each."""
    if key_id not in keys:
        raise NotVerified("the key is not one of the provider's")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        keys[key_id].verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise NotVerified("the signature does not hold") from None


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
    base = (
        f'"@status": {status}\n"content-digest": {field["content-digest"]}\n"content-type": {field["content-type"]}\n'
        f'"signature";req: {request_signature}\n"@signature-params": {params}'
    )
    verify(keys, key_id, base64.b64decode(signed[1]), base.encode("ascii"))


# --- Call ---------------------------------------------------------------------------------------------------------


def private_key(variable):
    with open(os.environ[variable], "rb") as pem:
        return load_pem_private_key(pem.read(), password=None)


def call(method, url, body=b""):
    """One call, signed; its answer, verified: the status, the fields and the body."""
    parts = urlsplit(url)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    fields = sign_request(private_key("WRIT_KEY"), os.environ["WRIT_KEY_ID"], method, parts.netloc, target, body)

    # http.client follows no redirect and unpacks nothing: what arrives is what was signed.
    tls = ssl.create_default_context(cafile=os.environ.get("WRIT_CA"))
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=tls, timeout=30)
    connection.request(method, target, body or None, fields | {"host": parts.netloc})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    try:
        verify_answer(provider_keys(), answer.status, answer.headers, content, fields["signature"])
    except NotVerified as reason:
        sys.exit(f"{answer.status}, not verified: {reason}")
    print(f"{answer.status}, verified", file=sys.stderr)
    return answer.status, answer.headers, content


def granted(method, path, body=b""):
    """A call that must not be refused."""
    status, headers, content = call(method, os.environ["WRIT_URL"].rstrip("/") + path, body)
    if not 200 <= status < 300:
        sys.exit(content.decode())
    return status, headers, content


def patience():
    return time.monotonic() + int(os.environ.get("WRIT_PATIENCE", "60"))


def wait(headers, until):
    """Waits as long as the provider asks for, or not at all: nobody signed how long that is, so patience limits it."""
    said = headers.get("retry-after", "")
    seconds = int(said) if re.fullmatch("[0-9]{1,5}", said) else EVERY
    if time.monotonic() + seconds > until:
        print("not yet: try again later", file=sys.stderr)
        return False
    time.sleep(seconds)
    return True


# --- Ask, follow, collect -----------------------------------------------------------------------------------------


def show(content):
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def read_file(file):
    with open(file, "rb") as opened:
        return opened.read()


def ask(file):
    show(granted("POST", "/requests", read_file(file))[2])


def follow(case_id):
    until = patience()
    while True:
        _, headers, content = granted("GET", f"/requests/{case_id}")
        decided = json.loads(content)["status"] != "AwaitingApproval"
        if decided or not wait(headers, until):
            show(content)
            sys.exit(0 if decided else 2)


def collect(case_id, file=None):
    key = private_key("WRIT_ENCRYPTION_KEY")
    case = json.loads(granted("GET", f"/requests/{case_id}")[2])
    if case["id"] != case_id:
        raise NotVerified("it is of another case")
    # Before anything is collected, since collections are counted; and never over the evidence of another one.
    signed = open(file, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) if file else None
    body, seen = b"", set()
    while True:
        jws, package = open_page(collect_page(case_id, body), key, case)
        if signed:
            print(jws, file=signed, flush=True)
        for record in package["records"]:
            show(canonical_json(record) + b"\n")
        page = package.get("page")
        if page is None:
            return
        if page in seen:
            raise NotVerified("a page comes twice")
        seen.add(page)
        body = canonical_json({"page": page})


def collect_page(case_id, body):
    until = patience()
    while True:
        # 202: the provider's log does not show yet that this will be opened. Each try is a signature of its own.
        status, headers, content = granted("POST", f"/requests/{case_id}/collection", body)
        if status != 202:
            return content.decode()
        if not wait(headers, until):
            sys.exit(2)


def open_page(jwe, key, case):
    """One page: its compact JWS, which is what a court is shown, and the package within, checked."""
    try:
        jws = decrypt(jwe, key).decode()
        header, payload, signature = jws.split(".")
        said, raw = json.loads(from_base64url(header)), from_base64url(signature)
    except (ValueError, KeyError, TypeError, InvalidTag):
        raise NotVerified("it does not open with this key") from None
    if said.get("alg") != "ES256" or "crit" in said or len(raw) != 64:
        raise NotVerified("the signature has another form than the provider's")
    verify(provider_keys(), said.get("kid"), raw, f"{header}.{payload}".encode())
    package = json.loads(from_base64url(payload))
    if package["digest"] != digest_field(canonical_json(package["records"])):
        raise NotVerified("the digest is not that of the records")
    for ours, theirs in (("id", "case"), ("reference", "reference"), ("requestDigest", "requestDigest")):
        if case[ours] != package[theirs]:
            raise NotVerified("it is of another case")
    return jws, package


def decrypt(jwe, key):
    """A compact JWE (RFC 7516): a key agreed on with ours (ECDH-ES, RFC 7518 4.6) and AES-256-GCM under it."""
    protected, wrapped, iv, sealed, tag = jwe.split(".")
    header = json.loads(from_base64url(protected))
    if header["alg"] != "ECDH-ES" or header["enc"] != "A256GCM" or "crit" in header or wrapped:
        raise ValueError("not as the provider encrypts")
    shared = key.exchange(ec.ECDH(), public_key(header["epk"]))
    # The Concat KDF in its one round: counter, secret, algorithm, nothing of either party, and how many bits.
    agreed = b"\0\0\0\1" + shared + b"\0\0\0\7A256GCM" + bytes(8) + (256).to_bytes(4, "big")
    content_key = AESGCM(hashlib.sha256(agreed).digest())
    return content_key.decrypt(from_base64url(iv), from_base64url(sealed) + from_base64url(tag), protected.encode())


def call_and_show(method, url, file=None):
    status, _, content = call(method, url, b"" if file is None else read_file(file))
    show(content)
    sys.exit(0 if 200 <= status < 300 else 1)


WORDS = {"ask": (ask, 1, 1), "follow": (follow, 1, 1), "collect": (collect, 1, 2), "call": (call_and_show, 2, 3)}


def main(word="", *given):
    act, least, most = WORDS.get(word, (None, 1, 0))
    if not least <= len(given) <= most:
        sys.exit(__doc__)
    try:
        act(*given)
    except NotVerified as reason:
        sys.exit(f"the disclosure, not verified: {reason}")


if __name__ == "__main__":
    main(*sys.argv[1:])
