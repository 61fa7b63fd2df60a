#!/bin/sh
# Makes the test card: 8 s of colour bars with a running clock and a tone, as a constant-rate MPEG transport stream.
set -eu
cd "$(dirname "$0")"
ffmpeg -hide_banner -loglevel error -y -bitexact \
    -f lavfi -i "testsrc2=size=320x180:rate=25,format=yuv420p" -f lavfi -i "sine=frequency=440:sample_rate=48000" -t 8 \
    -c:v libx264 -preset slow -b:v 500k -maxrate 500k -bufsize 250k -g 25 -bf 0 -flags +bitexact \
    -c:a mp2 -b:a 64k -muxrate 800k -f mpegts testcard.ts
