"""What a KMS key refuses where MiniStack does not: in states in which it is not usable, and for another's ciphertext.

KMS Developer Guide, "Key states of AWS KMS keys": the table's rows where MiniStack lets through what KMS refuses, in
the words of its details [1], [3], [4] and [10].
"""

import base64

# Refused while a key is pending deletion, and those marked True while it is disabled too.
_REFUSED = {
    "_schedule_key_deletion": False,
    "_enable_key": False,
    "_disable_key": False,
    "_tag_resource": False,
    "_untag_resource": False,
    "_update_key_description": False,
    "_enable_key_rotation": True,
    "_disable_key_rotation": True,
    "_get_public_key": True,
}
_PENDING = ("PendingDeletion", "PendingReplicaDeletion")


def install() -> None:
    """Puts the refusals before MiniStack's handlers, which it looks up by name at every call."""
    from ministack.services import kms

    for name, disabled in _REFUSED.items():
        setattr(kms, name, _refusing(getattr(kms, name), "KeyId", disabled))
    for name in ("_create_alias", "_update_alias"):
        setattr(kms, name, _refusing(getattr(kms, name), "TargetKeyId", False))
    kms._cancel_key_deletion = _only_pending(kms._cancel_key_deletion)
    kms._decrypt = _only_its_own(kms._decrypt)


def _refusing(handler, member: str, disabled: bool):
    from ministack.core.responses import error_response_json
    from ministack.services import kms

    def handle(data):
        key = kms._resolve_key(data.get(member) or "")
        if key and key["KeyState"] in _PENDING:
            return error_response_json("KMSInvalidStateException", f"{key['Arn']} is pending deletion.", 400)
        if key and disabled and key["KeyState"] == "Disabled":
            return error_response_json("DisabledException", f"{key['Arn']} is disabled.", 400)
        return handler(data)

    return handle


def _only_pending(cancel):
    from ministack.core.responses import error_response_json
    from ministack.services import kms

    def handle(data):
        key = kms._resolve_key(data.get("KeyId") or "")
        if key and key["KeyState"] not in _PENDING:
            return error_response_json("KMSInvalidStateException", f"{key['Arn']} is not pending deletion.", 400)
        return cancel(data)

    return handle


def _only_its_own(decrypt):
    """MiniStack deciphers with whichever symmetric key it is told, and answers noise. KMS knows its ciphertexts."""
    from ministack.core.responses import error_response_json
    from ministack.services import kms

    def handle(data):
        key = kms._resolve_key(data.get("KeyId") or "")
        if key and key["KeySpec"] == "SYMMETRIC_DEFAULT":
            # MiniStack's ciphertexts begin with the id of their key.
            own = kms._resolve_key(base64.b64decode(data.get("CiphertextBlob") or "")[:36].decode("utf-8", "ignore"))
            if own is None:
                return error_response_json("InvalidCiphertextException", "", 400)
            if own is not key:
                return error_response_json(
                    "IncorrectKeyException",
                    "The key ID in the request does not identify a CMK that can perform this operation.", 400)
        return decrypt(data)

    return handle
