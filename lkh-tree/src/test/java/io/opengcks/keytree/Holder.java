package io.opengcks.keytree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A member that keeps its working key path and follows RFC 9838 §3.3 to the letter, with symbolic encryption: a wrap opens
 * for whoever has the very octets of its wrapping key. It knows no tree.
 */
final class Holder {
    /** One key: its ID and its octets in hexadecimal digits. */
    record Key(int id, String secret) {
        static Key of(PathKey key) {
            return new Key(key.keyId(), HexFormat.of().formatHex(key.secret()));
        }
    }

    /** One wrap as the wire shows it to someone who can open it. */
    record Sealed(Key key, Key under) {}

    final long member;
    /** From the key nearest the root down to the member's own. */
    List<Key> path;

    String groupKey;

    /** All that it ever held while inside, group keys with ID 0. */
    final Set<Key> everything = new HashSet<>();

    Holder(long member, List<PathKey> path, String groupKey) {
        this.member = member;
        this.path = path.stream().map(Key::of).toList();
        this.groupKey = groupKey;
        remember();
    }

    private void remember() {
        everything.addAll(path);
        everything.add(new Key(0, groupKey));
    }

    static List<Sealed> seal(List<Wrap> wraps, String groupKey) {
        return wraps.stream()
                .map(wrap -> new Sealed(
                        new Key(wrap.keyId(), hex(wrap, groupKey)),
                        new Key(wrap.wrapKeyId(), HexFormat.of().formatHex(wrap.wrapSecret()))))
                .toList();
    }

    private static String hex(Wrap wrap, String groupKey) {
        byte[] secret = wrap.secret();
        return secret == null ? groupKey : HexFormat.of().formatHex(secret);
    }

    /** Takes a message in; false if no chain leads from the group key to a key it has, so it is excluded. */
    boolean receive(List<Sealed> message) {
        for (Sealed top : message) {
            if (top.key().id() == 0) {
                var chain = chain(top.under(), message);
                if (chain.isPresent()) {
                    path = chain.get();
                    groupKey = top.key().secret();
                    remember();
                    return true;
                }
            }
        }
        return false;
    }

    /** New working key path that begins with {@code key}, by backtracking over every wrap of it. */
    private Optional<List<Key>> chain(Key key, List<Sealed> message) {
        int own = path.indexOf(key);
        if (own >= 0) {
            return Optional.of(path.subList(own, path.size()));
        }
        for (Sealed wrap : message) {
            if (wrap.key().equals(key)) {
                var rest = chain(wrap.under(), message);
                if (rest.isPresent()) {
                    var whole = new ArrayList<Key>();
                    whole.add(key);
                    whole.addAll(rest.get());
                    return Optional.of(List.copyOf(whole));
                }
            }
        }
        return Optional.empty();
    }
}
