#!/bin/sh
# Process 1 of the guest. GUEST is the folder of this file, CONFIG the folder the test wrote to; both come from the kernel's command line.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs tmpfs /mnt
mkdir -p /mnt/m/lib/modules
mount -t hostfs -o /usr/lib/uml/modules hostfs /mnt/m/lib/modules
# Nothing is loaded by itself here.
for module in xfrm_user esp4 esp6 hmac sha512_generic drbg jitterentropy_rng ghash-generic gcm ccm ctr cbc ecb seqiv echainiv \
    authenc authencesn xcbc cmac chacha_generic poly1305_generic chacha20poly1305; do
    modprobe -d /mnt/m $module
done
ip link set lo up
ip link set vec0 up
ip addr add 10.9.0.2/24 dev vec0
ip -6 addr add fd09::2/64 dev vec0 nodad
ip route add 224.0.0.0/4 dev vec0
ip -batch "$CONFIG/xfrm" && python3 "$GUEST/echo.py" "$CONFIG/echo"
poweroff -f
