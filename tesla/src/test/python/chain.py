#!/usr/bin/env python3
"""Key chains from Python's standard library alone: writes ../resources/vectors/chain.csv.

Columns: hash, interval, key of that interval, MAC key of that interval; all chains end at interval 10 with key 00 01 02 ..."""
import hashlib
import hmac
import pathlib

LAST = 10
lines = []
for name in ("sha1", "sha224", "sha256", "sha384", "sha512"):
    key = bytes(range(hashlib.new(name).digest_size))
    for interval in range(LAST, -1, -1):
        lines.append(f"{name},{interval},{key.hex()},{hmac.new(key, bytes([1]), name).hexdigest()}\n")
        key = hmac.new(key, bytes([0]), name).digest()
(pathlib.Path(__file__).parent.parent / "resources/vectors/chain.csv").write_text("".join(lines))
