#!/usr/bin/python3
"""Makes src/test/resources/io/opengcks/esp/independent.csv: ESP packets that no code of ours has touched.

Scapy builds the IP, UDP and ESP layers; for the ciphers the packet is made a second time by hand from RFC 4303, RFC 4106
and RFC 7634 with the `cryptography` package, and both must agree. Needs Debian's python3-scapy and python3-cryptography:

    /usr/bin/python3 esp_vectors.py > ../resources/io/opengcks/esp/independent.csv
"""
import random
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.packet import Raw

TRANSFORMS = {
    # name: (key octets, scapy's name, cipher)
    "AES_128_GCM_16": (16, "AES-GCM", AESGCM),
    "AES_256_GCM_16": (32, "AES-GCM", AESGCM),
    "CHACHA20_POLY1305": (32, "CHACHA20-POLY1305", ChaCha20Poly1305),
}
FLOWS = [
    ("192.0.2.7", 5004, "239.1.2.3", 5004),
    ("198.51.100.200", 65535, "232.1.1.1", 1),
    ("2001:db8::7", 40000, "ff05::1234", 5004),
]
COLUMNS = "transform mode senderIdBits senderId spi sequence counter source sourcePort destination destinationPort keymat data packet"


def by_hand(cipher, keymat, spi, sequence, iv, payload, next_header):
    padding = -(len(payload) + 2) % 4
    plain = payload + bytes(range(1, padding + 1)) + bytes([padding, next_header])
    header = struct.pack("!II", spi, sequence)
    return header + iv + cipher(keymat[:-4]).encrypt(keymat[-4:] + iv, plain, header)


def main():
    chance = random.Random(4303)
    print(",".join(COLUMNS.split()))
    for transform, (key_octets, scapy_name, cipher) in TRANSFORMS.items():
        for mode in ("TRANSPORT", "TUNNEL"):
            for bits in (0, 8, 12, 16):
                for source, source_port, destination, destination_port in FLOWS:
                    keymat = chance.randbytes(key_octets + 4)
                    spi = chance.randrange(256, 1 << 32)
                    sequence = chance.choice([1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.randrange(1, 1 << 32)])
                    sender = chance.randrange(1 << bits)
                    counter = chance.randrange(1, 1 << (64 - max(bits, 1)))
                    iv = struct.pack("!Q", (sender << (64 - bits)) | counter)
                    data = chance.randbytes(chance.choice([0, 1, 2, 3, 4, 17, 188, 1316]))

                    if ":" in source:
                        ip, next_tunnel = IPv6(src=source, dst=destination, hlim=64), 41
                        outer = IPv6(src=source, dst=destination)
                    else:
                        ip, next_tunnel = IP(src=source, dst=destination, id=0, flags="DF", ttl=64), 4
                        outer = IP(src=source, dst=destination)
                    plain = ip / UDP(sport=source_port, dport=destination_port) / Raw(data)
                    sa = SecurityAssociation(
                        ESP, spi=spi, crypt_algo=scapy_name, crypt_key=keymat,
                        tunnel_header=outer if mode == "TUNNEL" else None)
                    packet = bytes(sa.encrypt(plain.__class__(bytes(plain)), seq_num=sequence, iv=iv)[ESP])

                    whole = bytes(plain)
                    if mode == "TUNNEL":
                        mine = by_hand(cipher, keymat, spi, sequence, iv, whole, next_tunnel)
                    else:
                        mine = by_hand(cipher, keymat, spi, sequence, iv, whole[40 if ":" in source else 20:], 17)
                    if mine != packet:
                        sys.exit(f"scapy and cryptography differ: {transform} {mode} {source}\n{packet.hex()}\n{mine.hex()}")
                    print(",".join(map(str, (transform, mode, bits, sender, f"{spi:08x}", sequence, counter, source,
                                             source_port, destination, destination_port, keymat.hex(), data.hex(),
                                             packet.hex()))))


main()
