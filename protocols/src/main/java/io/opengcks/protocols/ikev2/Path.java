package io.opengcks.protocols.ikev2;

import java.net.InetSocketAddress;

/**
 * Where a datagram came from and where its answer goes. The non-ESP marker of port 4500 (RFC 3948 §2.2) is put on and taken
 * off by whoever owns the socket; machines never see it.
 *
 * @param local  our address and port
 * @param remote the peer's
 */
public record Path(InetSocketAddress local, InetSocketAddress remote) {}
