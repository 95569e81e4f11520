"""Verifies a C2SP tlog-tiles log with the PyPI package tlog-scales; writes one; makes proofs.

    tiles.py verify LOG VKEY [OLD-CHECKPOINT-FILE]   LOG is a directory or a URL
    tiles.py write DIRECTORY SIGNER-KEY SIZE...      entries on stdin, a line of base64 each; a commit at each size
    tiles.py prove LOG VKEY INDEX OLD-SIZE           prints an inclusion and a consistency proof, in base64

Nothing of Writ is in here. The package checks signatures and proofs, and reads tiles without judging them; which checks
make up a whole log is written out below: each entry against its level-0 tile, each tile against the one above it, the
topmost against the root.
"""

import base64
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

# The package imports requests for a session that it opens only to read URLs, which is done here instead.
sys.modules["requests"] = SimpleNamespace(Session=None)

from tlog_scales.backend import LocalBackend  # noqa: E402
from tlog_scales.reader import TilesReader  # noqa: E402
from tlog_scales.signing import PlainEd25519Signer, Vkey  # noqa: E402
from tlog_scales.tiles import leaf_hash, level_entries  # noqa: E402
from tlog_scales.tlog import Checkpoint  # noqa: E402
from tlog_scales.utils import sha256  # noqa: E402
from tlog_scales.writer import TilesWriter  # noqa: E402

TILE_WIDTH = 256


class UrlBackend:
    def __init__(self, base):
        self.base = base.rstrip("/")

    def get(self, *path):
        try:
            with urllib.request.urlopen("/".join([self.base, *path]), timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise


def base64_of(hashes):
    return [base64.b64encode(it).decode() for it in hashes]


def opened(text, vkey):
    """A checkpoint, once its signature was verified. Its origin is left to be compared."""
    checkpoint = Checkpoint.from_text(text)
    checkpoint.verify(vkey)
    if checkpoint.origin != vkey.name:
        raise ValueError("another log's checkpoint")
    return checkpoint


def key_of(text):
    vkey = Vkey.from_string(text)
    if Vkey(vkey.name, None, vkey.sig_type, vkey.pubkey).key_id != vkey.key_id:
        raise ValueError("the key id is another key's")
    return vkey


def log_at(at, vkey):
    reader = TilesReader(UrlBackend(at) if at.startswith("http") else LocalBackend(Path(at)))
    # Read here, once, and verified: the reader's own get_checkpoint would believe it.
    note = reader.backend.get("checkpoint")
    if note is None:
        raise ValueError("no checkpoint found")
    checkpoint = opened(note.decode(), vkey)
    reader.set_size(checkpoint.size)
    return reader, checkpoint


def check_entries(reader, size):
    for index in range(size):
        if leaf_hash(reader.get_entry(index)) != reader.mth(index, index + 1):
            raise ValueError(f"entry {index} is not what its tile says")


def check_tiles(reader, size):
    """A hash in a tile of level 1 or more is the root of a whole tile below, whose halves are computed from there."""
    level, width = 1, TILE_WIDTH
    while level_entries(size, level) > 0:
        for index in range(level_entries(size, level)):
            start, middle, end = index * width, index * width + width // 2, (index + 1) * width
            if sha256(b"\x01" + reader.mth(start, middle) + reader.mth(middle, end)) != reader.mth(start, end):
                raise ValueError(f"hash {index} of level {level} is not the root of the tile below")
        level, width = level + 1, width * TILE_WIDTH


def check_older(reader, now, file, vkey):
    old = opened(Path(file).read_text(), vkey)
    if old.size > now.size:
        raise ValueError("the log is smaller than it was")
    reader.get_consistency_proof(old.size, now.size).check(old.root_hash, now.root_hash)
    return old.size


def verify(at, vkey_text, *older):
    vkey = key_of(vkey_text)
    reader, checkpoint = log_at(at, vkey)
    check_entries(reader, checkpoint.size)
    check_tiles(reader, checkpoint.size)
    if reader.calculate_root_hash() != checkpoint.root_hash:
        raise ValueError("the tiles' root is another than the checkpoint's")
    old_sizes = [check_older(reader, checkpoint, file, vkey) for file in older]
    found = {"ok": True, "size": checkpoint.size, "root": base64_of([checkpoint.root_hash])[0]}
    return {**found, "oldSize": old_sizes[0]} if old_sizes else found


def write(directory, signer_key, *sizes):
    """`signer_key` as Go's note package has it: PRIVATE+KEY+<name>+<id>+<base64 of 0x01 and the seed>."""
    name, _, secret = signer_key.removeprefix("PRIVATE+KEY+").split("+", maxsplit=2)
    signer = PlainEd25519Signer(name, base64.b64decode(secret)[1:])
    writer = TilesWriter.create(Path(directory), name)
    ends = {int(size) for size in sizes}
    for count, line in enumerate(sys.stdin, 1):
        writer.add_leaf(base64.b64decode(line))
        if count in ends:
            # Keeping partial tiles that are outgrown, as an immutable bucket does.
            writer.commit([signer], gc=False)
    return {"ok": True, "size": writer.size, "vkey": signer.vkey.serialize()}


def prove(at, vkey, index, old_size):
    reader, now = log_at(at, key_of(vkey))
    return {
        "inclusion": base64_of(reader.get_inclusion_proof(int(index), now.size).node_hashes),
        "consistency": base64_of(reader.get_consistency_proof(int(old_size), now.size).node_hashes),
    }


try:
    answer = {"verify": verify, "write": write, "prove": prove}[sys.argv[1]](*sys.argv[2:])
except Exception as refusal:
    answer = {"ok": False, "why": f"{type(refusal).__name__}: {refusal}"}
print(json.dumps(answer))
sys.exit(0 if answer.get("ok", True) else 1)
