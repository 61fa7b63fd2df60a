package io.opengcks.protocols.settings;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.PresharedKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pre-shared keys of many peers: a list {@code presharedKeys}, each with {@code peer} (an identity) and {@code key} (a secret
 * source).
 */
public final class PresharedKeySettings implements PresharedKeys {
    /** Most keys of one file. */
    public static final int MAX_KEYS = 100_000;
    /** NIST SP 800-107 r1 §5.3.4: a key shorter than this is weaker than what it protects. */
    private static final int MIN_OCTETS = 16;

    private final Map<Identity, Secret> keys;

    private PresharedKeySettings(Map<Identity, Secret> keys) {
        this.keys = keys;
    }

    /** Reads the list of {@code section}; empty where it is missing. */
    public static PresharedKeySettings read(Section section) throws SettingsException {
        Map<Identity, Secret> keys = new HashMap<>();
        List<Section> entries = section.sections("presharedKeys", MAX_KEYS);
        for (Section entry : entries) {
            Identity peer = entry.identity("peer").required();
            Secret key = entry.secret("key").required();
            if (key.length() < MIN_OCTETS) {
                throw entry.error("key", "expected a key of at least " + MIN_OCTETS + " octets, found " + key.length());
            }
            if (keys.put(peer, key) != null) {
                throw entry.error("peer", "expected each peer once, " + peer + " is there before");
            }
        }
        return new PresharedKeySettings(keys);
    }

    /** Both sets of keys; where both have one for a peer, that of {@code this}. */
    public PresharedKeys orElse(PresharedKeys others) {
        return peer -> find(peer).or(() -> others.find(peer));
    }

    /** How many there are. */
    public int size() {
        return keys.size();
    }

    @Override
    public Optional<Secret> find(Identity peer) {
        return Optional.ofNullable(keys.get(peer));
    }

    @Override
    public String toString() {
        return "PresharedKeySettings[" + keys.size() + " keys]";
    }
}
