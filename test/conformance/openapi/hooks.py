"""What schemathesis needs to call Writ: signs each call by RFC 9421, and leads some of them to what is there.

schemathesis makes the calls from the OpenAPI document and judges the answers by it; nothing of Writ is in here. `WRIT_CALLS`
names a JSON file: keys by role, real ids by route, and what makes a body plausible. What is done to a call follows from
what was generated alone, so that one seed is one run.
"""

import base64
import hashlib
import json
import os
import time
from urllib.parse import urlsplit

import requests
import schemathesis
from cryptography.hazmat.primitives.serialization import load_pem_private_key

with open(os.environ["WRIT_CALLS"], encoding="utf-8") as file:
    CALLS = json.load(file)


def key_of(role):
    it = CALLS["keys"][role]
    with open(it["file"], "rb") as pem:
        return it["keyid"], load_pem_private_key(pem.read(), password=None)


KEYS = {role: key_of(role) for role in CALLS["keys"]}


class Signed(requests.auth.AuthBase):
    """Signs what is about to be sent, byte for byte."""

    def __init__(self, role):
        self.key_id, self.key = KEYS[role]

    def __call__(self, request):
        target = urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        covered = {
            "@method": request.method,
            "@authority": target.netloc.lower(),
            "@path": target.path,
            "@query": f"?{target.query}",
        }
        if body:
            request.headers["content-digest"] = f"sha-256=:{b64(hashlib.sha256(body).digest())}:"
            request.headers.setdefault("content-type", "application/json")
            for name in ("content-digest", "content-type"):
                covered[name] = text(request.headers[name])
        created = int(time.time())
        names = " ".join(f'"{name}"' for name in covered)
        nonce = base64.urlsafe_b64encode(os.urandom(24)).decode()
        parameters = (
            f'({names});created={created};expires={created + 60};nonce="{nonce}";keyid="{self.key_id}"'
            ';alg="ed25519";tag="writ"'
        )
        lines = [f'"{name}": {value}' for name, value in covered.items()]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        # Whatever a header was made to hold, the base has its bytes.
        request.headers["signature"] = f"writ=:{b64(self.key.sign(base.encode('latin-1', 'replace')))}:"
        request.headers["signature-input"] = f"writ={parameters}"
        return request


def b64(data):
    return base64.b64encode(data).decode()


def text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value


def dice(case):
    """Numbers that follow from what was generated."""
    seen = json.dumps([case.operation.label, case.path_parameters, case.query, case.body], default=str, sort_keys=True)
    return hashlib.sha256(seen.encode()).digest()


def signer_of(case, thrown):
    tags = case.operation.definition.raw.get("tags", [])
    if "everybody" in tags or thrown % 23 == 0:
        return None
    if "registry" in tags:
        role = "reviewer" if case.method == "GET" or thrown % 4 else "agency"
    else:
        role = "reviewer" if "reviewer" in tags else "agency"
    # The wrong one, sometimes.
    other = "agency" if role == "reviewer" else "reviewer"
    return Signed(other if thrown % 19 == 0 else role)


@schemathesis.hook
def before_call(_context, case, kwargs):
    thrown = dice(case)
    real = CALLS["ids"].get(case.operation.label)
    named = [name for name in ("id", "keyid", "person") if name in (case.path_parameters or {})]
    if real and thrown[1] % 4 and named:
        case.path_parameters[named[0]] = real[thrown[2] % len(real)]
    files = CALLS["paths"].get(case.operation.label)
    if files and thrown[1] % 2:
        case.path_parameters["path"] = files[thrown[2] % len(files)]
    if isinstance(case.body, dict):
        if thrown[3] % 2 and "requestDigest" in case.body and case.path_parameters:
            digest = CALLS["digests"].get(case.path_parameters.get("id"))
            case.body["requestDigest"] = digest or case.body["requestDigest"]
        if thrown[3] % 2 and "changeDigest" in case.body and case.path_parameters:
            digest = CALLS["digests"].get(case.path_parameters.get("id"))
            case.body["changeDigest"] = digest or case.body["changeDigest"]
        if thrown[4] % 2:
            for name, value in CALLS["plausible"].items():
                if name in case.body:
                    case.body[name] = value
    kwargs["auth"] = signer_of(case, thrown[0])
