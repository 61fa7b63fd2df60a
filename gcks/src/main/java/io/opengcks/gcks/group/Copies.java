package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.RekeySa;

/** SAs with key octets of their own, so that the state can destroy its keys while an answer is still on its way out. */
final class Copies {
    private Copies() {}

    static Secret of(Secret secret) {
        return secret.slice(0, secret.length());
    }

    static DataSecuritySa of(DataSecuritySa sa) {
        return withLifetime(sa, sa.lifetimeSeconds());
    }

    static DataSecuritySa withLifetime(DataSecuritySa sa, long seconds) {
        return new DataSecuritySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.suite(),
                sa.mode(),
                sa.multipleSenders(),
                sa.udpPort(),
                sa.replayWindow(),
                seconds,
                of(sa.keymat()));
    }

    static RekeySa of(RekeySa sa) {
        return with(sa, sa.lifetimeSeconds(), sa.initialMessageId());
    }

    static RekeySa with(RekeySa sa, long lifetimeSeconds, long initialMessageId) {
        return new RekeySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.encryptionBits(),
                sa.keyWrap(),
                sa.signature(),
                lifetimeSeconds,
                initialMessageId,
                of(sa.keymat()));
    }
}
