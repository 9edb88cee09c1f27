#!/usr/bin/env python3
"""Checks the sealed log from outside, with nothing of the program's: RFC 6962, C2SP notes, Ed25519.

    tests/seal.py ADDRESS FILE

FILE is JSON: {"key": verifier key, "entries": [{"leaf", "salt"?, "bytes"?}], "heads": [note, ...]}.
Every leaf must have a proof under a signed head, and every head must lead to the present one. Ends
with 0 and one line, or with 1 and what is wrong.
"""

import base64
import hashlib
import json
import sys
import urllib.parse
import urllib.request

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def add(a, b):
    """Adds two points of the twisted Edwards curve, in affine coordinates."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P)
    return x % P, y % P


def times(point, n):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point, n = add(point, point), n >> 1
    return result


def unpacked(packed):
    """A point out of its y and the lowest bit of its x, RFC 8032 section 5.1.3."""
    number = int.from_bytes(packed, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    assert y < P and (x * x - xx) % P == 0 and (x or not sign), "not a point of the curve"
    return (P - x if x & 1 != sign else x), y


BASE = unpacked((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER
    return s < ORDER and times(BASE, s) == add(unpacked(r), times(unpacked(public), h))


def opened(note, vkey):
    """Size and root of a signed head."""
    name, short, coded = vkey.split("+", 2)
    key = base64.b64decode(coded, validate=True)
    assert key[0] == 1 and len(key) == 33, "not an Ed25519 key"
    identity = sha256(name.encode(), b"\n", key)[:4]
    assert identity.hex() == short, "the key's identifier is wrong"
    text, _, below = note.rpartition("\n\n")
    text += "\n"
    dash, signer, coded = below.rstrip("\n").split(" ")
    signature = base64.b64decode(coded, validate=True)
    assert dash == "\u2014" and signer == name and signature[:4] == identity, "another signer"
    assert is_signed(key[1:], text.encode(), signature[4:]), "the signature is wrong"
    origin, size, root = text.splitlines()[:3]
    assert origin == name, "another log"
    return int(size), base64.b64decode(root, validate=True)


def node(left, right):
    return sha256(b"\x01", left, right)


def root_by_path(leaf, index, size, path):
    """The recursive definition of RFC 6962 section 2.1.1, read backwards."""
    if size == 1:
        assert not path, "the path is too long"
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    assert path, "the path is too short"
    if index < half:
        return node(root_by_path(leaf, index, half, path[:-1]), path[-1])
    return node(path[-1], root_by_path(leaf, index - half, size - half, path[:-1]))


def roots_by_path(older, newer, path, whole, known):
    """Both roots out of a consistency proof, likewise section 2.1.2."""
    if older == newer:
        assert len(path) == (0 if whole else 1), "the path has the wrong length"
        return (known, known) if whole else (path[0], path[0])
    half = 1 << (newer - 1).bit_length() - 1
    assert path, "the path is too short"
    if older <= half:
        small, large = roots_by_path(older, half, path[:-1], whole, known)
        return small, node(large, path[-1])
    small, large = roots_by_path(older - half, newer - half, path[:-1], False, known)
    return node(path[-1], small), node(path[-1], large)


def fetched(address, path, **query):
    url = f"http://{address}/api/v1/seal{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def unhexed(hashes):
    return [bytes.fromhex(one) for one in hashes]


def main(address, file):
    with open(file, encoding="utf-8") as opened_file:
        told = json.load(opened_file)
    vkey = told["key"]
    assert fetched(address, "")["key"] == vkey, "the service has another key"
    places = set()
    for entry in told["entries"]:
        leaf = bytes.fromhex(entry["leaf"])
        if "bytes" in entry:
            salt, said = bytes.fromhex(entry["salt"]), entry["bytes"].encode()
            assert sha256(b"\x00", salt, said) == leaf, "the bytes do not fit the leaf"
        proof = fetched(address, "/proof", leaf=entry["leaf"])
        size, root = opened(proof["note"], vkey)
        assert (size, root.hex()) == (proof["size"], proof["root"]), "the note says otherwise"
        assert 0 <= proof["index"] < size, "no such place"
        assert root_by_path(leaf, proof["index"], size, unhexed(proof["path"])) == root, "no way"
        places.add(proof["index"])
    assert len(places) == len(told["entries"]), "two leaves at one place"
    size, root = opened(fetched(address, "")["note"], vkey)
    roots = {}
    for note in told["heads"]:
        older, old_root = opened(note, vkey)
        assert roots.setdefault(older, old_root) == old_root, "two roots for one size"
        if older == 0:
            assert old_root == sha256(), "the empty log has a root of its own"
            continue
        proof = fetched(address, "/consistency", **{"from": older, "to": size})
        found = roots_by_path(older, size, unhexed(proof["path"]), True, old_root)
        assert found == (old_root, root), f"from {older} to {size}: the log was written anew"
    print(f"ok {len(places)} leaves, {len(roots)} heads, {size} entries")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (AssertionError, KeyError, ValueError) as fault:
        print(f"wrong: {fault}", file=sys.stderr)
        sys.exit(1)
