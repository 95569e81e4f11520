"""Runs MiniStack as the local cloud's emulator. Started by emulator.ts, in the project's own virtual environment.

It adds to MiniStack what a throw-away cloud beside other checkouts needs: a certificate made here (no openssl
binary), a free port taken once and kept, an end when its parent ends, and one private question for the KMS gate. What
MiniStack does otherwise than AWS is mended beside this file: kms_keys.py, kinesis_mappings.py, dynamodb_mappings.py,
stack_deletion.py. How many processes it starts is in lambda_workers.py.
"""

import asyncio
import datetime
import ipaddress
import json
import os
import signal
import socket
import sys
import threading


def make_certificate(directory: str) -> tuple[str, str, str]:
    """A certificate authority that signs one certificate for this machine and is forgotten."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    os.makedirs(directory, mode=0o700, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Writ local cloud {now:%Y-%m-%d %H:%M:%S}")])
    authority_key = ec.generate_private_key(ec.SECP256R1())
    server_key = ec.generate_private_key(ec.SECP256R1())

    def certificate(subject: x509.Name, key: ec.EllipticCurvePublicKey, is_authority: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .issuer_name(issuer)
            .subject_name(subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=90))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority,
                    content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
                    encipher_only=False, decipher_only=False,
                ),
                critical=True,
            )
        )

    authority = certificate(issuer, authority_key.public_key(), True).sign(authority_key, hashes.SHA256())
    server = (
        certificate(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), server_key.public_key(), False
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([
                x509.DNSName("localhost"),
                x509.DNSName("*.localhost"),
                x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                x509.IPAddress(ipaddress.ip_address("::1")),
            ]),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    paths = tuple(os.path.join(directory, name) for name in ("ca.pem", "server.pem", "server.key"))
    contents = (
        authority.public_bytes(pem),
        server.public_bytes(pem),
        server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    for path, content in zip(paths, contents):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
    return paths


def end() -> None:
    """Ends this process and the Lambda workers it started, which share its process group."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def end_with_parent() -> None:
    """The parent holds the other end of stdin: when it goes, however it goes, reading ends."""
    while os.read(0, 4096):
        pass
    end()


def statements(policies: list) -> list:
    """Parsed policy statements, back in the words of a policy document."""
    words = (("Sid", "sid"), ("Effect", "effect"), ("Action", "actions"), ("NotAction", "not_actions"),
             ("Resource", "resources"), ("NotResource", "not_resources"), ("Condition", "conditions"))
    return [{word: getattr(s, name) for word, name in words if getattr(s, name)} for policy in policies for s in policy]


def kms_facts(question: dict) -> dict:
    """What KMS itself would look up to authorise one call: who calls, the key, its policy and its grants.

    Nothing here is proof of identity. The emulator checks the call's signature when the gate passes it on.
    """
    from ministack.core.iam_actions import _kms_key_id_from_ciphertext
    from ministack.core.iam_evaluator import AuthError, find_iam_access_key_account, resolve_principal
    from ministack.core.responses import request_scope
    from ministack.services import kms

    account = find_iam_access_key_account(question["accessKeyId"]) or os.environ["MINISTACK_ACCOUNT_ID"]
    with request_scope(account, question["region"]):
        caller = resolve_principal(question["accessKeyId"], account)
        if isinstance(caller, AuthError):
            return {"principal": None, "key": None, "grants": []}
        # Like the emulator's Decrypt, which falls back on the ciphertext when it does not know the key it was told.
        named = [question.get("keyId"), _kms_key_id_from_ciphertext(question.get("ciphertext") or "")]
        if question.get("grantToken"):
            named = [g["KeyId"] for g in kms._grants.values() if question["grantToken"] in g["_tokens"]]
        key = next((key for key in map(kms._resolve_key, named) if key), None)
        return {
            "principal": {
                "arn": caller.arn,
                "account": caller.account,
                "type": caller.type,
                "identityPolicies": None if caller.policies is None else statements(caller.policies),
                "limits": [statements(limit) for limit in caller.limits],
                "tags": {k.split("/", 1)[1]: v for k, v in caller.keys.items() if k.startswith("aws:principaltag/")},
            },
            "key": key and {
                "arn": key["Arn"],
                "policy": key.get("Policy") or None,
                "spec": key["KeySpec"],
                "usage": key["KeyUsage"],
                "origin": key["Origin"],
                "multiRegion": key.get("_mrk_type"),
                "aliases": [arn.split(":", 5)[5] for arn, target in kms._aliases.items() if target == key["KeyId"]],
                "tags": {tag["TagKey"]: tag["TagValue"] for tag in key.get("Tags") or []},
            },
            "grants": [
                {**kms._grant_entry(grant), "GrantTokens": grant["_tokens"]}
                for grant in kms._grants.values()
                if key and grant["KeyId"] == key["Arn"]
            ],
        }


def with_question(app, token: str):
    """MiniStack, answering POST /_writ/kms to the gate alone."""

    async def serve(scope, receive, send):
        if scope["type"] != "http" or scope["path"] != "/_writ/kms":
            return await app(scope, receive, send)
        if dict(scope["headers"]).get(b"x-writ-token") != token.encode():
            status, answer = 403, {}
        else:
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            status, answer = 200, kms_facts(json.loads(body))
        await send({"type": "http.response.start", "status": status,
                    "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return serve


def mend() -> None:
    """Puts AWS's behaviour in place of MiniStack's where this project needs it."""
    sys.dont_write_bytecode = True  # no __pycache__ beside our sources
    import dynamodb_mappings
    import kinesis_mappings
    import kms_keys
    import lambda_logs
    import lambda_workers
    import stack_deletion

    sys.dont_write_bytecode = False
    dynamodb_mappings.install()
    kinesis_mappings.install()
    kms_keys.install()
    lambda_logs.install()
    lambda_workers.install()
    stack_deletion.install()


def main() -> None:
    state = sys.argv[1]
    if sys.argv[2:] == ["certificate"]:  # for a front door before an emulator that somebody else started
        make_certificate(os.path.join(state, "tls"))
        return
    token = json.loads(os.read(0, 4096))["token"]
    threading.Thread(target=end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: end())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear; it ends us by closing stdin

    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    os.environ["GATEWAY_PORT"] = str(port)
    ca, certificate, key = make_certificate(os.path.join(state, "tls"))
    os.environ.update({"MINISTACK_SSL_CERT": certificate, "MINISTACK_SSL_KEY": key})

    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    mend()

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.certfile, config.keyfile = certificate, key
    config.keep_alive_timeout = 75
    announced = os.path.join(state, "emulator.json")
    with open(f"{announced}.new", "w") as file:
        json.dump({"pid": os.getpid(), "port": port, "caFile": ca, "certFile": certificate, "keyFile": key}, file)
    os.replace(f"{announced}.new", announced)
    asyncio.run(serve(with_question(app, token), config, shutdown_trigger=asyncio.Event().wait))


if __name__ == "__main__":
    main()
