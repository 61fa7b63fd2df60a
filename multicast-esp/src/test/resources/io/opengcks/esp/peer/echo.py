"""What the guest does with the datagrams its kernel decrypted: it sends them back, to another group, which its kernel encrypts.

Each line of the file: group port reply-group reply-port. A line "encap PORT" opens the sockets of UDP encapsulation.
Ends when a datagram comes to the group 239.255.255.255, or when nothing came for two minutes.
"""
import select
import socket
import struct
import sys

DEVICE = socket.if_nametoindex("vec0")
UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def join(s, group):
    if family(group) == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                     socket.inet_pton(socket.AF_INET6, group) + struct.pack("I", DEVICE))
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton(group) + socket.inet_aton("0.0.0.0") + struct.pack("I", DEVICE))


def listen(group, port):
    s = socket.socket(family(group), socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((group, port))
    if group not in ("::", "0.0.0.0"):
        join(s, group)
    return s


def speaker(own):
    s = socket.socket(family(own), socket.SOCK_DGRAM)
    s.bind((own, 0))
    if family(own) == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, DEVICE)
    return s


speakers = {socket.AF_INET: speaker("10.9.0.2"), socket.AF_INET6: speaker("fd09::2")}
end = listen("239.255.255.255", 9)
replies = {end: None}
encapsulated = []
for line in open(sys.argv[1]):
    words = line.split()
    if words[0] == "encap":
        for any_address in "0.0.0.0", "::":
            s = socket.socket(family(any_address), socket.SOCK_DGRAM)
            if family(any_address) == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            s.bind((any_address, int(words[1])))
            s.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
            encapsulated.append(s)
    else:
        replies[listen(words[0], int(words[1]))] = (words[2], int(words[3]))

print("READY", flush=True)
while True:
    readable = select.select(list(replies), [], [], 120)[0]
    if not readable or end in readable:
        break
    for s in readable:
        speakers[s.family].sendto(s.recv(65536), replies[s])
