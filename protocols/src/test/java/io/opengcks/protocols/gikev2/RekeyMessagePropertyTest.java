package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.RekeyMessage.Opened;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Replayed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** GSA_REKEY of every kind: signed by each algorithm or by none, with and without a tree, keys and deletions. */
class RekeyMessagePropertyTest {
    private static final int MINE = 1000;
    private static final Secret MY_KEY = Secret.adopt(SpecVectors.counting(1, 32));

    /** A message and what carries it. */
    record Case(RekeySa carrier, Optional<RekeySigner> signer, long messageId, Rekey rekey) {
        byte[] seal() {
            return RekeyMessage.seal(carrier, messageId, rekey, signer.orElse(null), true);
        }

        KeyPath path() {
            Secret key =
                    Secret.copyOf(Arrays.copyOf(MY_KEY.copy(), carrier.keyWrap().keyBytes()));
            return new KeyPath(List.of(new KeyPath.Entry(MINE, key)));
        }

        Opened open(byte[] datagram) throws ProtocolFault {
            return RekeyMessage.open(datagram, carrier, messageId, path(), true);
        }

        @Override
        public String toString() {
            return carrier.spi() + " " + signer + " " + messageId + " " + rekey;
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        return Combinators.combine(Arbitraries.of(KeyWrapAlgorithm.class), GsaArbitraries.signer())
                .flatAs((keyWrap, signer) -> Combinators.combine(
                                GsaArbitraries.rekeySa(keyWrap, signer, 0),
                                Arbitraries.longs().between(0, 0xffff_ffffL),
                                rekey(keyWrap, signer))
                        .as((carrier, id, rekey) -> new Case(carrier, signer, id, rekey)))
                .filter(one -> one.rekey()
                        .newRekeySa()
                        .filter(next -> next.spi().equals(one.carrier().spi()))
                        .isEmpty());
    }

    private static Arbitrary<Rekey> rekey(KeyWrapAlgorithm keyWrap, Optional<RekeySigner> signer) {
        Optional<RekeySigner> next = signer.map(now ->
                RekeySigner.of(now.algorithm(), now.pkcs8(), now.signature().publicKey()));
        return Combinators.combine(
                        GsaArbitraries.rekeySa(keyWrap, next, 0).optional(),
                        GsaArbitraries.dataSas(0, true),
                        GsaArbitraries.spi().list().ofMaxSize(3),
                        GsaArbitraries.secret(keyWrap.keyBytes()).list().ofMaxSize(3),
                        GsaArbitraries.delays())
                .as((rekeySa, dataSas, deleted, keys, delays) -> new Rekey(
                        rekeySa,
                        rekeySa.map(sa -> tree(sa, keys)).orElse(List.of()),
                        dataSas,
                        deleted,
                        false,
                        rekeySa.isEmpty() && dataSas.isEmpty() ? GroupWidePolicy.NO_DELAY : delays))
                .filter(rekey -> rekey.newRekeySa().isPresent()
                        || !rekey.dataSas().isEmpty()
                        || !rekey.deletedSpis().isEmpty());
    }

    /** New keys down to mine; without any, the keying material goes under GSK_w. */
    private static List<TreeKey> tree(RekeySa next, List<Secret> keys) {
        if (keys.isEmpty()) {
            return List.of(new TreeKey(0, next.keymat(), 0, null));
        }
        List<TreeKey> tree = new ArrayList<>();
        tree.add(new TreeKey(0, next.keymat(), 1, keys.getFirst()));
        int length = keys.getFirst().length();
        for (int i = 0; i < keys.size(); i++) {
            boolean last = i == keys.size() - 1;
            Secret mine = Secret.copyOf(Arrays.copyOf(MY_KEY.copy(), length));
            tree.add(new TreeKey(i + 1, keys.get(i), last ? MINE : i + 2, last ? mine : keys.get(i + 1)));
        }
        return tree;
    }

    @Property(tries = 200)
    void theMemberGetsWhatTheGroupSent(@ForAll("cases") Case one) throws ProtocolFault {
        byte[] datagram = one.seal();
        assertThat(RekeyMessage.spi(datagram)).isEqualTo(one.carrier().spi());
        Opened.Updated got = (Opened.Updated) one.open(datagram);
        assertThat(got.messageId()).isEqualTo(one.messageId());
        assertThat(got.carrier()).isEqualTo(one.carrier());
        assertThat(got.newRekeySa()).isEqualTo(one.rekey().newRekeySa());
        assertThat(got.dataSas()).isEqualTo(one.rekey().dataSas());
        assertThat(got.deletedSpis()).isEqualTo(one.rekey().deletedSpis());
        assertThat(got.policy()).isEqualTo(one.rekey().policy());
        assertThat(got.deletesAllData()).isFalse();
        List<Integer> newKeys = one.rekey().treeKeys().stream()
                .map(TreeKey::keyId)
                .filter(id -> id != 0)
                .toList();
        assertThat(got.path().keys().stream().map(KeyPath.Entry::keyId).filter(id -> id != MINE))
                .isEqualTo(newKeys);
    }

    @Property(tries = 60)
    void aReplayIsRefusedWhateverItHolds(@ForAll("cases") Case one) {
        byte[] datagram = one.seal();
        assertThatThrownBy(() -> RekeyMessage.open(datagram, one.carrier(), one.messageId() + 1, one.path(), true))
                .isInstanceOf(Replayed.class);
    }

    @Property(tries = 5)
    void everyBitIsProtected(@ForAll("cases") Case one) {
        byte[] datagram = one.seal();
        for (int bit = 0; bit < datagram.length * 8; bit += 5) {
            byte[] forged = datagram.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> one.open(forged)).isInstanceOf(ProtocolFault.class);
        }
        for (int length = 0; length < datagram.length; length += 3) {
            byte[] cut = Arrays.copyOf(datagram, length);
            assertThatThrownBy(() -> one.open(cut)).isInstanceOf(ProtocolFault.class);
        }
    }

    /** Whoever has the keys of the Rekey SA, and every member has, still cannot speak for the GCKS. */
    @Property(tries = 40)
    void anInsiderCannotForgeASignedMessage(@ForAll("cases") Case one, @ForAll byte flip) throws ProtocolFault {
        if (one.signer().isEmpty()) {
            return;
        }
        Secret key = one.carrier().keymat().slice(0, one.carrier().encryptionBits() / 8 + 4);
        EncryptedPayload.Opened opened = EncryptedPayload.open(one.seal(), key);
        byte[] inner = opened.inner().clone();
        inner[Math.floorMod(flip * 31, inner.length)] ^= (byte) (flip | 1);
        assertThatThrownBy(() -> one.open(
                        EncryptedPayload.seal(opened.header(), opened.firstPayload(), inner, key, one.messageId())))
                .isInstanceOf(ProtocolFault.class);
        // The same octets under another Message ID, to make an old message new.
        IkeHeader later = new IkeHeader(
                opened.header().initiatorSpi(),
                opened.header().responderSpi(),
                Ikev2.GSA_REKEY,
                IkeHeader.INITIATOR,
                one.messageId() ^ 1);
        assertThatThrownBy(() -> RekeyMessage.open(
                        EncryptedPayload.seal(later, opened.firstPayload(), opened.inner(), key, 9),
                        one.carrier(),
                        0,
                        one.path(),
                        true))
                .isInstanceOf(NotAuthentic.class);
    }

    /** Implicit authentication: any member can write this, so whatever it holds must not harm. */
    @Property(tries = 300)
    void randomContentIsUnusableOrAFault(@ForAll @Size(max = 120) byte[] inner, @ForAll("firstTypes") int firstPayload)
            throws ProtocolFault {
        RekeySa carrier = withoutSignature();
        Secret key = carrier.keymat().slice(0, 36);
        IkeHeader header = new IkeHeader(
                carrier.spi().initiatorHalf(), carrier.spi().responderHalf(), Ikev2.GSA_REKEY, IkeHeader.INITIATOR, 3);
        byte[] chained = inner.length < 4 ? inner : chained(inner);
        byte[] datagram = EncryptedPayload.seal(header, firstPayload, chained, key, 3);
        try {
            Opened opened = RekeyMessage.open(datagram, carrier, 0, KeyPath.EMPTY, true);
            assertThat(opened.messageId()).isEqualTo(3);
        } catch (ProtocolFault fault) {
            assertThat(fault.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<Integer> firstTypes() {
        return Arbitraries.of(0, 33, 39, 41, 42, 51, 52, 200);
    }

    /** The octets as the body of one payload, so that noise gets past the generic header. */
    private static byte[] chained(byte[] inner) {
        byte[] chained = inner.clone();
        chained[0] = 0;
        chained[2] = (byte) (inner.length >>> 8);
        chained[3] = (byte) inner.length;
        return chained;
    }

    private static RekeySa withoutSignature() {
        RekeySa sa = SpecVectors.current();
        return new RekeySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.encryptionBits(),
                sa.keyWrap(),
                Optional.empty(),
                sa.lifetimeSeconds(),
                0,
                sa.keymat());
    }
}
