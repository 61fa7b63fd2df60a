package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.crypto.Hkdf;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/**
 * The worked example of RFC 9838, Appendix A, and the batch and join built on it. {@code "3{1}"} is key 1 wrapped under key 3, as
 * there; {@code g} is GSK_w, {@code s3} the keying material of the third Rekey SA.
 */
class KeyPathTest {
    private static final int KEY_BYTES = 32;
    private static final int KEYMAT_BYTES = 68;
    private static final Map<String, List<Integer>> ALL = Map.of(
            "A", List.of(1, 3, 7),
            "B", List.of(1, 3, 8),
            "C", List.of(1, 4, 9),
            "D", List.of(1, 4, 10),
            "E", List.of(2, 5, 11),
            "F", List.of(2, 5, 12),
            "G", List.of(2, 6, 13),
            "H", List.of(2, 6, 14));

    @Test
    void aJoins() throws Exception {
        KeyPath.Advanced a = advance(KeyPath.EMPTY, "1{s1}", "3{1} 7{3} g{7}").orElseThrow();
        assertThat(ids(a.path())).containsExactly(1, 3, 7);
        assertThat(a.keymat().sameAs(keymat("s1"))).isTrue();
        assertThat(a.path().keys().get(1).key().sameAs(key(3))).isTrue();
    }

    @Test
    void aPlainRekeyLeavesEveryPath() throws Exception {
        for (String member : ALL.keySet()) {
            KeyPath.Advanced after = advance(path(member), "g{s2}", "").orElseThrow();
            assertThat(after.path()).isEqualTo(path(member));
            assertThat(after.keymat().sameAs(keymat("s2"))).isTrue();
        }
    }

    @Test
    void fIsExcluded() throws Exception {
        String saKeys = "1{s3} 15{s3}";
        String wrapKeys = "6{15} 16{15} 11{16}";
        for (String unchanged : List.of("A", "B", "C", "D")) {
            assertThat(after(unchanged, saKeys, wrapKeys)).isEqualTo(ALL.get(unchanged));
        }
        assertThat(after("E", saKeys, wrapKeys)).containsExactly(15, 16, 11);
        assertThat(after("G", saKeys, wrapKeys)).containsExactly(15, 6, 13);
        assertThat(after("H", saKeys, wrapKeys)).containsExactly(15, 6, 14);
        assertThat(advance(path("F"), saKeys, wrapKeys)).isEmpty();
    }

    @Test
    void dAndFAreExcludedAtOnce() throws Exception {
        String saKeys = "17{s3} 15{s3}";
        String wrapKeys = "3{17} 18{17} 9{18} 6{15} 16{15} 11{16}";
        assertThat(after("A", saKeys, wrapKeys)).containsExactly(17, 3, 7);
        assertThat(after("B", saKeys, wrapKeys)).containsExactly(17, 3, 8);
        assertThat(after("C", saKeys, wrapKeys)).containsExactly(17, 18, 9);
        assertThat(after("E", saKeys, wrapKeys)).containsExactly(15, 16, 11);
        assertThat(after("G", saKeys, wrapKeys)).containsExactly(15, 6, 13);
        assertThat(after("H", saKeys, wrapKeys)).containsExactly(15, 6, 14);
        assertThat(advance(path("D"), saKeys, wrapKeys)).isEmpty();
        assertThat(advance(path("F"), saKeys, wrapKeys)).isEmpty();
    }

    @Test
    void iJoinsAtTheLeafOfF() throws Exception {
        assertThat(ids(advance(KeyPath.EMPTY, "15{s4}", "16{15} 19{16} g{19}")
                        .orElseThrow()
                        .path()))
                .containsExactly(15, 16, 19);
    }

    @Test
    void iJoinsAndItsPathIsRefreshed() throws Exception {
        String saKeys = "1{s4} 21{s4}";
        String wrapKeys = "6{21} 20{21} 11{20}";
        KeyPath e = path(15, 16, 11);
        assertThat(ids(advance(e, saKeys, wrapKeys).orElseThrow().path())).containsExactly(21, 20, 11);
        assertThat(ids(advance(path(15, 6, 13), saKeys, wrapKeys).orElseThrow().path()))
                .containsExactly(21, 6, 13);
        assertThat(after("A", saKeys, wrapKeys)).containsExactly(1, 3, 7);
        assertThat(ids(advance(KeyPath.EMPTY, "21{s4}", "20{21} 19{20} g{19}")
                        .orElseThrow()
                        .path()))
                .containsExactly(21, 20, 19);
    }

    @Test
    void orderOfTheAttributesDoesNotMatter() throws Exception {
        assertThat(after("E", "15{s3} 1{s3}", "11{16} 6{15} 16{15}")).containsExactly(15, 16, 11);
    }

    @Test
    void aLoopOfWrappedKeysIsNeverEntered() throws Exception {
        assertThat(advance(path("A"), "30{s3}", "31{30} 30{31}")).isEmpty();
        assertThat(after("A", "30{s3}", "31{30} 30{31} 3{31}")).containsExactly(30, 31, 3, 7);
        // A key that the member holds already is not opened again, whatever is said about it.
        assertThat(after("A", "1{s3}", "3{1} 1{3}")).containsExactly(1, 3, 7);
    }

    @Test
    void aKeyThatDoesNotOpenIsNotAuthentic() {
        List<WrappedKey> forged = List.of(new WrappedKey(15, 6, wrapped("7{15}").encrypted()));
        assertThatThrownBy(() ->
                        path("G").advance(List.of(wrapped("15{s3}")), forged, keymat("g"), KEY_BYTES, KEYMAT_BYTES))
                .isInstanceOf(NotAuthentic.class);
    }

    @Test
    void aKeyOfAnotherLengthIsMalformed() {
        assertThatThrownBy(() ->
                        path("A").advance(List.of(wrapped("1{s3}")), List.of(), key(0), KEY_BYTES, KEYMAT_BYTES - 1))
                .isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> path("A")
                        .advance(List.of(wrapped("30{s3}")), List.of(wrapped("3{30}")), key(0), 16, KEYMAT_BYTES))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void anEndlessPathIsMalformed() {
        List<String> chain = new ArrayList<>();
        for (int id = 101; id < 101 + KeyPath.MAX_KEYS; id++) {
            chain.add((id + 1) + "{" + id + "}");
        }
        chain.add("3{" + (101 + KeyPath.MAX_KEYS) + "}");
        assertThatThrownBy(() -> advance(path("A"), "101{s3}", String.join(" ", chain)))
                .isInstanceOf(MalformedMessage.class);
    }

    /** Whatever is wrapped under whatever: an answer or a fault, and only keys on the way to the group's key are kept. */
    @Property(tries = 500)
    void anyGraphOfKeysHasAnAnswer(
            @ForAll @Size(max = 30) List<@IntRange(max = 255) Integer> edges,
            @ForAll @IntRange(min = 1, max = 15) int under) {
        List<WrappedKey> wrapKeys = edges.stream()
                .filter(edge -> edge % 16 != 0 && edge / 16 != edge % 16)
                .map(edge -> wrapped(edge / 16 + "{" + edge % 16 + "}"))
                .toList();
        KeyPath held = path(3, 7);
        try {
            Optional<KeyPath.Advanced> after =
                    held.advance(List.of(wrapped(under + "{s3}")), wrapKeys, key(0), KEY_BYTES, KEYMAT_BYTES);
            after.ifPresent(advanced -> {
                assertThat(ids(advanced.path())).doesNotHaveDuplicates();
                advanced.path()
                        .keys()
                        .forEach(entry -> assertThat(entry.key().sameAs(key(entry.keyId())))
                                .isTrue());
            });
        } catch (ProtocolFault fault) {
            assertThat(fault).isNotNull();
        }
    }

    private static List<Integer> after(String member, String saKeys, String wrapKeys) throws ProtocolFault {
        KeyPath.Advanced advanced = advance(path(member), saKeys, wrapKeys).orElseThrow();
        assertThat(advanced.keymat().sameAs(keymat("s3")) || advanced.keymat().sameAs(keymat("s4")))
                .isTrue();
        return ids(advanced.path());
    }

    private static Optional<KeyPath.Advanced> advance(KeyPath path, String saKeys, String wrapKeys)
            throws ProtocolFault {
        return path.advance(all(saKeys), all(wrapKeys), key(0), KEY_BYTES, KEYMAT_BYTES);
    }

    private static List<Integer> ids(KeyPath path) {
        return path.keys().stream().map(KeyPath.Entry::keyId).toList();
    }

    private static KeyPath path(String member) {
        return new KeyPath(ALL.getOrDefault(member, List.of()).stream()
                .map(id -> new KeyPath.Entry(id, key(id)))
                .toList());
    }

    private static KeyPath path(int... ids) {
        return new KeyPath(java.util.Arrays.stream(ids)
                .mapToObj(id -> new KeyPath.Entry(id, key(id)))
                .toList());
    }

    private static List<WrappedKey> all(String keys) {
        return keys.isEmpty()
                ? List.of()
                : java.util.Arrays.stream(keys.split(" "))
                        .map(KeyPathTest::wrapped)
                        .toList();
    }

    private static WrappedKey wrapped(String text) {
        String under = text.substring(0, text.indexOf('{'));
        String what = text.substring(text.indexOf('{') + 1, text.length() - 1);
        int wrapId = under.equals("g") ? 0 : Integer.parseInt(under);
        return what.startsWith("s")
                ? WrappedKey.wrap(0, keymat(what), wrapId, key(wrapId))
                : WrappedKey.wrap(Integer.parseInt(what), key(Integer.parseInt(what)), wrapId, key(wrapId));
    }

    private static Secret key(int id) {
        return Hkdf.derive(Secret.adopt(new byte[32]), "key " + id, KEY_BYTES);
    }

    private static Secret keymat(String name) {
        return name.equals("g") ? key(0) : Hkdf.derive(Secret.adopt(new byte[32]), name, KEYMAT_BYTES);
    }
}
