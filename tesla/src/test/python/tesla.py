#!/usr/bin/env python3
"""TESLA a second time, from the RFCs, with Python's standard library only.

    tesla.py vectors > ../resources/vectors/carriers.csv    what the Java tests must reproduce and read
    tesla.py check   < lines                                what Java made, read and proved here; prints one word a line

A line of `check` is: carrier, last key of the chain, length of the chain, d, octets, all but the numbers in hex; for srtp
the rollover counter follows. All use HMAC-SHA-256, 32-octet keys and 16-octet MACs unless said otherwise.
"""
import hashlib, hmac, struct, sys

def f(key, message, octets=32, name="sha256"):
    return hmac.new(key, message, name).digest()[:octets]

def chain(last, length, octets=32, name="sha256"):
    """keys[i + 1] is K_i, keys[0] the commitment F(K_0)"""
    keys = [last]
    for _ in range(length):
        keys.append(f(keys[-1], b"\0", octets, name))
    return keys[::-1]

def mac_key(key, instance=0, octets=32, name="sha256"):
    return f(key, b"\1" if instance == 0 else b"\1" + bytes([instance]), octets, name)

# RFC 5776

def pad(octets):
    return octets + bytes(-len(octets) % 4)

def ext(asid, kind, content):
    whole = bytes([1, 0, asid << 4 | kind]) + content
    assert len(whole) % 4 == 0
    return whole[:1] + bytes([len(whole) // 4]) + whole[2:]

def alc_tag(asid, kind, i, key, mac, group=b""):
    return ext(asid, kind, pad_from3(b"\0" + struct.pack(">I", i) + key + mac) + group)

def pad_from3(content):
    return content + bytes(-(3 + len(content)) % 4)

def alc_bootstrap(asid, single, d, prf, mac, gmac, algo, func, t_int, t0, n, i, commitment, signature, lag, group):
    flags = (4 if single else 0) | (2 if group else 0) | (1 if lag is not None else 0)
    fixed = struct.pack(">BBBBBBBHHHQII", flags, d, prf, mac, gmac, algo, func, len(signature), 0, t_int, t0, n, i)
    out = fixed + pad(commitment) + pad(signature)
    if lag is not None:
        out += struct.pack(">Q", (1 << 63 | lag) if lag >= 0 else -lag)
    return ext(asid, 0, out + group)

def zeroed(packet, start, end):
    return packet[:start] + bytes(end - start) + packet[end:]

def alc_packet(header, asid, kind, i, disclosed, key, payload, group_key=None):
    """The extension follows the header; its MAC and group MAC are computed with those fields zero."""
    tag = alc_tag(asid, kind, i, disclosed, bytes(16), bytes(4) if group_key else b"")
    packet = header + tag + payload
    at = len(header) + 8 + len(disclosed)
    packet = packet[:at] + f(mac_key(key), packet, 16) + packet[at + 16:]
    if group_key:
        at = len(header) + len(tag) - 4
        packet = packet[:at] + f(group_key, packet, 4) + packet[at + 4:]
    return packet

# RFC 4383

def srtp(portion, roc, i, disclosed, key, name="sha1", n_f=20, n_m=10):
    mac = f(mac_key(key, 0, n_f, name), struct.pack(">I", roc) + portion, n_m, name)
    return portion + struct.pack(">I", i) + disclosed + mac

def srtcp(portion, e_index, i, disclosed, key, name="sha1", n_f=20, n_m=10):
    mac = f(mac_key(key, 0, n_f, name), portion, n_m, name)
    return portion + struct.pack(">II", e_index, i) + disclosed + mac

# RFC 4442

def mikey_policy(nxt, policy, prf, n_f, mac, n_m, start, t_int, d, n, t_r=None):
    fields = [(1, ">B", prf), (2, ">H", n_f), (3, ">B", mac), (4, ">H", n_m), (5, ">Q", start), (6, ">I", t_int),
              (7, ">H", d), (8, ">Q", n)] + ([] if t_r is None else [(9, ">Q", t_r)])
    body = b"".join(bytes([t, struct.calcsize(form)]) + struct.pack(form, v) for t, form, v in fields)
    return struct.pack(">BBBH", nxt, policy, 1, len(body)) + body

# plain framing, docs/tesla.md

def plain(i, source, sequence, payload, key=None, new=None, last=None, upper=None, ahead=None, macs=(), group_key=None, idle=False):
    optional = [key, new, last, upper, ahead]
    flags = sum(1 << n for n, field in enumerate(optional) if field is not None) | (0x20 if group_key else 0)
    out = bytes([0x10 | idle, flags]) + i.to_bytes(6, "big") + struct.pack(">IQ", source, sequence)
    out += b"".join(field for field in optional if field is not None) + payload
    out += b"".join(f(k, out, 16) for k in macs)
    return out + (f(group_key, out, 4) if group_key else b"")

def plain_hash(source, sequence, payload):
    return struct.pack(">Q", sequence) + hashlib.sha256(struct.pack(">IQ", source, sequence) + payload).digest()

def plain_bootstrap(source, d, longer, start, t_int, n, lag, number, interval, key, upper, group):
    out = bytes([0x12, 0x20 if group else 0]) + struct.pack(">I", source) + bytes([2, 32, 32, 2, 16, d, len(longer), *longer])
    out += struct.pack(">QQQq", start, t_int, n, lag) + struct.pack(">qq", number, interval) + key
    return out + (b"\1" + struct.pack(">qq", 0, upper[0]) + upper[1] if upper else b"\0")

def vectors():
    keys = chain(bytes(range(32)), 20)
    k = lambda i: keys[i + 1]
    short = chain(bytes(range(20)), 20, 20, "sha1")
    s = lambda i: short[i + 1]
    group = bytes(range(100, 132))
    out = lambda name, octets: print(name + "," + octets.hex())
    signature = bytes(i & 255 for i in range(128))
    # RFC 5776 Figure 10: HMAC-SHA-256 throughout, 20-octet commitment, 128-octet signature, group MAC; 46 words
    figure10 = alc_bootstrap(5, False, 3, 2, 2, 2, 1, 3, 500, 0xE0000000_80000000, 999, 7, bytes(range(20)), signature, None,
                             b"\xa1\xa2\xa3\xa4")
    assert len(figure10) == 184 and figure10[1] == 46
    out("figure10", figure10)
    # Figures 11 and 12 as drawn, 11 and 6 words. They say HEL 10 and 5, which leaves out the first word; Figure 10 counts it
    figure11 = alc_tag(5, 1, 0x01020304, bytes(range(20)), bytes(range(50, 66)))
    assert len(figure11) // 4 == 11
    out("figure11", figure11)
    figure12 = alc_tag(5, 2, 0x01020304, b"", bytes(range(50, 66)))
    assert len(figure12) // 4 == 6
    out("figure12", figure12)
    out("bootstrapLag", alc_bootstrap(1, True, 2, 2, 2, 0, 2, 5, 100, 1, 2, 3, keys[0], bytes(65), -5 << 30, b""))
    out("newChain", alc_tag(0, 3, 19, keys[0], bytes(16), b"abcd"))
    out("lastKey", alc_tag(15, 4, 0xFFFFFFFF, keys[9], bytes(16)))
    out("timeRequest", ext(2, 5, b"\0" + struct.pack(">Q", 0x0102030405060708)))
    out("timeResponse", ext(2, 6, pad_from3(b"\0" + struct.pack(">QQ", 9, 0x0102030405060708) + bytes(range(63)))))
    out("alcPacket", alc_packet(b"\x10\x10\x0d\x00head", 5, 1, 7, k(7 - 3), k(7), b"payload", group))
    out("srtp", srtp(b"\x80\x21" + bytes(range(30)), 3, 9, s(9 - 2), s(9)))
    out("srtcp", srtcp(b"\x81\xc8" + bytes(range(26)), 0x80000005, 9, s(9 - 2), s(9)))
    out("srtpFirst", srtp(b"\x80\x21" + bytes(range(30)), 0, 1, bytes(20), s(1)))
    out("mikeyPolicy", mikey_policy(20, 7, 0, 160, 0, 80, 0xE0000000_80000000, 250, 4, 20, 77))
    out("mikeyKey", struct.pack(">BBH", 0, 2, 20) + short[0])
    macs = [mac_key(k(7)), mac_key(k(7 + 2), 1)]
    out("plain", plain(7, 0xCAFEBABE, 42, b"payload", key=k(5), ahead=plain_hash(0xCAFEBABE, 44, b"later"), macs=macs,
                       group_key=group))
    out("plainIdle", plain(9, 0xCAFEBABE, 0, b"", key=k(7), group_key=group, idle=True))
    out("plainBootstrap", plain_bootstrap(0xCAFEBABE, 2, [2], 1_000_000_000, 100_000_000, 20, -1, 0, -1, keys[0], None, True))
    out("timeQuestion", b"\x13\0" + bytes(range(16)))
    out("timeAnswer", b"\x14\0" + bytes(range(16)) + struct.pack(">IQ", 0xCAFEBABE, 1_234_567_890))

def read_plain(packet, keys, d, instances=1):
    kind, flags = packet[0], packet[1]
    if kind == 0x11:
        return "good" if packet[20:52] == keys[int.from_bytes(packet[2:8], "big") - d + 1] else "bad"
    i = int.from_bytes(packet[2:8], "big")
    at = 20
    if flags & 1:
        if packet[at:at + 32] != keys[i - d + 1]:
            return "bad key"
    end = len(packet) - 16
    return "good" if f(mac_key(keys[i + 1]), packet[:end], 16) == packet[end:] else "bad mac"

def check():
    for line in sys.stdin:
        carrier, last, length, d, octets, *more = line.strip().split(",")
        d, octets = int(d), bytes.fromhex(octets)
        if carrier == "chain":
            print("good" if octets == chain(bytes.fromhex(last), int(length))[0] else "bad")
            continue
        if carrier == "plain":
            print(read_plain(octets, chain(bytes.fromhex(last), int(length)), d))
        elif carrier == "alc":
            keys = chain(bytes.fromhex(last), int(length))
            at = int(more[0])
            i = struct.unpack_from(">I", octets, at + 4)[0]
            disclosed = octets[at + 8:at + 40] if octets[at + 2] & 15 == 1 else b""
            end = at + octets[at + 1] * 4
            right = alc_packet(octets[:at], octets[at + 2] >> 4, octets[at + 2] & 15, i, keys[i - d + 1] if disclosed else b"",
                               keys[i + 1], octets[end:])
            print("good" if right == octets else "bad")
        elif carrier == "srtp":
            keys = chain(bytes.fromhex(last), int(length), 20, "sha1")
            i = struct.unpack_from(">I", octets, len(octets) - 34)[0]
            right = srtp(octets[:-34], int(more[0]), i, keys[i - d + 1] if i >= d else bytes(20), keys[i + 1])
            print("good" if right == octets else "bad")

if __name__ == "__main__":
    vectors() if sys.argv[1:] == ["vectors"] else check()
