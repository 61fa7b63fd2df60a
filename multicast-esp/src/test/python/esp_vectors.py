#!/usr/bin/python3
"""Makes src/test/resources/io/opengcks/esp/independent.csv: ESP packets that no code of ours has touched.

Each packet is made by hand from the RFCs, with ciphers and MACs of the `cryptography` package. Scapy, which builds the IP and
UDP layers, makes it a second time where it knows the transform, and both must agree; the last column says so. Needs Debian's
python3-scapy and python3-cryptography:

    /usr/bin/python3 esp_vectors.py > ../resources/io/opengcks/esp/independent.csv
"""
import hmac
import random
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.packet import Raw

INTEGRITY = {
    # name: (key octets, ICV octets, scapy's name)
    "HMAC_SHA2_256_128": (32, 16, "SHA2-256-128"),
    "HMAC_SHA2_384_192": (48, 24, "SHA2-384-192"),
    "HMAC_SHA2_512_256": (64, 32, "SHA2-512-256"),
    "AES_XCBC_96": (16, 12, None),
    "AES_CMAC_96": (16, 12, "AES-CMAC-96"),
}
FLOWS = [
    ("192.0.2.7", 5004, "239.1.2.3", 5004),
    ("198.51.100.200", 65535, "232.1.1.1", 1),
    ("2001:db8::7", 40000, "ff05::1234", 5004),
]
COLUMNS = ("transform integrity extended mode senderIdBits senderId spi sequence counter source sourcePort destination"
           " destinationPort keymat data packet checkedBy")


def block(key, octets):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(octets)


def stream(key, mode, octets):
    encryptor = Cipher(algorithms.AES(key), mode).encryptor()
    return encryptor.update(octets) + encryptor.finalize()


def mac(integrity, key, octets):
    if integrity.startswith("HMAC"):
        return hmac.new(key, octets, "sha" + integrity.split("_")[2]).digest()
    if integrity == "AES_CMAC_96":
        cmac = CMAC(algorithms.AES(key))
        cmac.update(octets)
        return cmac.finalize()
    # RFC 3566 section 4
    key1, key2, key3 = (block(key, bytes([n]) * 16) for n in (1, 2, 3))
    whole = len(octets) % 16 == 0
    octets += b"" if whole else b"\x80" + bytes(-(len(octets) + 1) % 16)
    last = bytes(a ^ b for a, b in zip(octets[-16:], key2 if whole else key3))
    return stream(key1, modes.CBC(bytes(16)), octets[:-16] + last)[-16:]


def by_hand(transform, integrity, keymat, spi, sequence, extended, counter, payload, next_header):
    words = transform.split("_")
    implicit = words[-1] == "IIV"
    key_octets = 0 if transform == "NULL" else 32 if "CHACHA20" in words else next(int(w) for w in words if w in ("128", "192", "256")) // 8
    salt_octets = 3 if "CCM" in words else 0 if "CBC" in words or transform == "NULL" else 4
    key, rest = keymat[:key_octets], keymat[key_octets:]
    salt, integrity_key = rest[:salt_octets], rest[salt_octets:]
    alignment = 16 if "CBC" in words else 4
    padding = -(len(payload) + 2) % alignment
    plain = payload + bytes(range(1, padding + 1)) + bytes([padding, next_header])
    header = struct.pack("!II", spi, sequence & 0xFFFFFFFF)
    aad = struct.pack("!IQ", spi, sequence) if extended else header
    iv = struct.pack("!Q", sequence if implicit else counter)
    shown = b"" if implicit or transform == "NULL" else iv
    if "GMAC" in words:
        return header + shown + plain + AESGCM(key).encrypt(salt + iv, b"", aad + iv + plain)
    if "GCM" in words:
        icv = 8 if words[3] == "8" else int(words[3])
        sealed = AESGCM(key).encrypt(salt + iv, plain, aad)
        return header + shown + sealed[:len(plain) + icv]
    if "CCM" in words:
        return header + shown + AESCCM(key, tag_length=int(words[3])).encrypt(salt + iv, plain, aad)
    if "CHACHA20" in words:
        return header + shown + ChaCha20Poly1305(key).encrypt(salt + iv, plain, aad)
    if "CTR" in words:
        body = iv + stream(key, modes.CTR(salt + iv + struct.pack("!I", 1)), plain)
    elif "CBC" in words:
        iv = block(key, iv + bytes(8))  # how our sender makes it; any would do
        body = iv + stream(key, modes.CBC(iv), plain)
    else:
        body = plain
    upper = struct.pack("!I", sequence >> 32) if extended else b""
    return header + body + mac(integrity, integrity_key, header + body + upper)[:INTEGRITY[integrity][1]]


def by_scapy(transform, integrity, keymat, spi, sequence, extended, iv, plain, outer, mode):
    """None where Scapy can not: short ICVs, GMAC, XCBC, implicit IVs, extended numbers with a separate MAC."""
    names = {"GCM": "AES-GCM", "CCM": "AES-CCM", "CTR": "AES-CTR", "CBC": "AES-CBC", "NULL": "NULL", "CHACHA20": "CHACHA20-POLY1305"}
    words = transform.split("_")
    if "IIV" in words or "GMAC" in words or (("GCM" in words or "CCM" in words) and words[3] != "16"):
        return None
    separate = integrity != "NONE"
    if separate and (extended or INTEGRITY[integrity][2] is None):
        return None
    integrity_octets = INTEGRITY[integrity][0] if separate else 0
    cut = len(keymat) - integrity_octets
    sa = SecurityAssociation(
        ESP, spi=spi, crypt_algo=next(names[w] for w in words if w in names), crypt_key=keymat[:cut] or None,
        auth_algo=INTEGRITY[integrity][2] if separate else None, auth_key=keymat[cut:] if separate else None,
        esn_en=extended, esn=sequence >> 32, tunnel_header=outer if mode == "TUNNEL" else None)
    return bytes(sa.encrypt(plain.__class__(bytes(plain)), seq_num=sequence & 0xFFFFFFFF, iv=iv, esn_en=extended,
                            esn=sequence >> 32)[ESP])


def row(chance, transform, integrity, extended, mode, bits, flow, lengths):
    source, source_port, destination, destination_port = flow
    words = transform.split("_")
    key_octets = 0 if transform == "NULL" else 32 if "CHACHA20" in words else next(int(w) for w in words if w in ("128", "192", "256")) // 8
    salt_octets = 3 if "CCM" in words else 0 if "CBC" in words or transform == "NULL" else 4
    keymat = chance.randbytes(key_octets + salt_octets + (INTEGRITY[integrity][0] if integrity != "NONE" else 0))
    spi = chance.randrange(256, 1 << 32)
    sequence = chance.choice([1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.randrange(1, 1 << 32)])
    if extended:
        sequence |= chance.randrange(1 << 31) << 32
    sender = chance.randrange(1 << bits)
    counter = chance.randrange(1, 1 << (64 - max(bits, 1)))
    unique = (sender << (64 - bits)) | counter
    data = chance.randbytes(chance.choice(lengths))

    if ":" in source:
        ip, next_tunnel, ip_octets = IPv6(src=source, dst=destination, hlim=64), 41, 40
        outer = IPv6(src=source, dst=destination)
    else:
        ip, next_tunnel, ip_octets = IP(src=source, dst=destination, id=0, flags="DF", ttl=64), 4, 20
        outer = IP(src=source, dst=destination)
    plain = ip / UDP(sport=source_port, dport=destination_port) / Raw(data)
    payload, next_header = (bytes(plain), next_tunnel) if mode == "TUNNEL" else (bytes(plain)[ip_octets:], 17)
    packet = by_hand(transform, integrity, keymat, spi, sequence, extended, unique, payload, next_header)
    iv = packet[8:24] if "CBC" in words else b"" if transform == "NULL" else packet[8:16]
    other = by_scapy(transform, integrity, keymat, spi, sequence, extended, iv, plain, outer, mode)
    if other is not None and other != packet:
        sys.exit(f"Scapy differs: {transform} {integrity} {extended} {mode}\n{other.hex()}\n{packet.hex()}")
    checked = "cryptography" if other is None else "cryptography and scapy"
    print(",".join(map(str, (transform, integrity, str(extended).lower(), mode, bits, sender, f"{spi:08x}", sequence, counter, source,
                             source_port, destination, destination_port, keymat.hex(), data.hex(), packet.hex(), checked))))


def main():
    chance = random.Random(4303)
    print(",".join(COLUMNS.split()))
    for transform in "AES_128_GCM_16", "AES_256_GCM_16", "CHACHA20_POLY1305":
        for mode in "TRANSPORT", "TUNNEL":
            for bits in 0, 8, 12, 16:
                for flow in FLOWS:
                    row(chance, transform, "NONE", False, mode, bits, flow, [0, 1, 2, 3, 4, 17, 188, 1316])
    combined = ["AES_%d_GCM_%d" % (k, i) for k in (128, 192, 256) for i in (8, 12, 16)]
    combined += ["AES_%d_CCM_%d" % (k, i) for k in (128, 192, 256) for i in (8, 12, 16)]
    combined += ["NULL_AES_%d_GMAC" % k for k in (128, 192, 256)]
    combined += ["AES_128_GCM_16_IIV", "AES_256_GCM_16_IIV", "CHACHA20_POLY1305_IIV", "AES_128_CCM_8_IIV", "AES_256_CCM_8_IIV",
                 "CHACHA20_POLY1305"]
    separate = ["AES_%d_%s" % (k, m) for k in (128, 192, 256) for m in ("CTR", "CBC")] + ["NULL"]
    cases = [(t, "NONE") for t in combined] + [(t, i) for t in separate for i in INTEGRITY]
    for transform, integrity in cases:
        for extended in False, True:
            senders = not extended and not transform.endswith("IIV") and "CBC" not in transform and transform != "NULL"
            row(chance, transform, integrity, extended, chance.choice(["TRANSPORT", "TUNNEL"]),
                chance.choice([0, 8, 12, 16]) if senders else 0, chance.choice(FLOWS), [0, 1, 2, 3, 4, 5, 6, 17, 40])


main()
