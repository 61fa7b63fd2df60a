package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.TreeKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * All that one identity could ever compute: every key it was given, and every key that came under a key it had, in whatever order.
 * It is stronger than any member, so what it cannot know no member can.
 */
final class KeyRing {
    private final Set<String> known = new HashSet<>();

    void take(Registration registration) {
        registration.rekeySa().ifPresent(sa -> learn(sa.keymat()));
        registration.keyPath().forEach(key -> learn(key.key()));
        registration.dataSas().stream().map(DataSecuritySa::keymat).forEach(this::learn);
    }

    void hear(Decision.Outgoing message) {
        if (!knows(message.carrier().keymat())) {
            return;
        }
        Rekey rekey = message.rekey();
        rekey.dataSas().stream().map(DataSecuritySa::keymat).forEach(this::learn);
        List<TreeKey> locked = new ArrayList<>(rekey.treeKeys());
        // GSK_w is part of the keys of the carrier, so what is wrapped under ID 0 is open.
        while (locked.removeIf(this::opens)) {
            // once more, with what was learnt
        }
    }

    boolean knows(Secret key) {
        return known.contains(text(key));
    }

    private boolean opens(TreeKey wrapped) {
        Secret wrapKey = wrapped.wrapKey();
        boolean opens = wrapKey == null || knows(wrapKey);
        if (opens) {
            learn(wrapped.key());
        }
        return opens;
    }

    private void learn(Secret key) {
        known.add(text(key));
    }

    private static String text(Secret key) {
        return HexFormat.of().formatHex(key.copy());
    }
}
