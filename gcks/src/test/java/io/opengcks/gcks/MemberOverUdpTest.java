package io.opengcks.gcks;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.gcks.group.MemberView;
import io.opengcks.gcks.group.RekeyKind;
import io.opengcks.gcks.group.RekeyResult;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.PresharedKeys;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real machines of members against a running server, on loopback unicast and multicast. */
@Timeout(120) // it waits for the group to be told
class MemberOverUdpTest {
    private static final InetAddress REKEY_GROUP = InetAddress.ofLiteral("239.255.77.2");
    private static final Identity RX_2 = Identity.parse("fqdn:rx-2.example.org");
    private static final Identity TX = Identity.parse("fqdn:tx.example.org");
    private static final int COPIES = 3;

    @TempDir
    Path folder;

    private TestServer running;
    private MulticastSocket rekeys;

    @BeforeEach
    void start() throws Exception {
        running = TestServer.start(folder);
        rekeys = UdpMember.rekeySocket(REKEY_GROUP);
        rekeys.setSoTimeout(20_000);
        running.create(rekeys.getLocalPort());
    }

    @AfterEach
    void stop() {
        rekeys.close();
        running.close();
    }

    private UdpMember member(Identity identity, boolean sender) throws Exception {
        return new UdpMember(
                identity,
                server -> Optional.of(TestServer.psk(identity)),
                running.server.addresses().get(0),
                false,
                sender);
    }

    private static GsaUpdate registered(MemberEffect effect) {
        assertThat(effect).isInstanceOf(MemberEffect.Registered.class);
        return ((MemberEffect.Registered) effect).update();
    }

    private List<Long> spis() {
        return running.server.groups().group(TestServer.GROUP).orElseThrow().dataSas().stream()
                .map(sa -> sa.spi())
                .toList();
    }

    /** All datagrams of one command: every copy of every message. */
    private List<byte[]> receive(RekeyResult result) throws Exception {
        List<byte[]> datagrams = new ArrayList<>();
        for (int copy = 0; copy < COPIES * result.messages().size(); copy++) {
            datagrams.add(UdpMember.receive(rekeys));
        }
        return datagrams;
    }

    private static Set<String> distinct(List<byte[]> datagrams) {
        Set<String> contents = new HashSet<>();
        datagrams.forEach(datagram -> contents.add(java.util.HexFormat.of().formatHex(datagram)));
        return contents;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverRegistersOnEitherKindOfPort(boolean marker) throws Exception {
        var address = running.server.addresses().get(marker ? 1 : 0);
        PresharedKeys psk = server -> Optional.of(TestServer.psk(TestServer.RX));
        try (var member = new UdpMember(TestServer.RX, psk, address, marker, false)) {
            GsaUpdate update = registered(member.register());
            assertThat(update.dataSas()).extracting(DataSecuritySa::spi).isEqualTo(spis());
            assertThat(update.senderIds()).isEmpty();
            assertThat(update.rekeyAddress().orElseThrow().getPort()).isEqualTo(rekeys.getLocalPort());
        }
        assertThat(running.server.groups().members(TestServer.GROUP))
                .extracting(MemberView::identity)
                .containsExactly(TestServer.RX);
        assertThat(running.count("opengcks.registrations", "outcome", "admitted"))
                .isEqualTo(1);
        assertThat(running.count("opengcks.ike.steps", "step", "registered")).isEqualTo(1);
    }

    @Test
    void aSenderGetsSenderIds() throws Exception {
        try (var member = member(TX, true)) {
            assertThat(registered(member.register()).senderIds()).hasSize(1);
        }
    }

    @Test
    void whoHasAnotherKeyOrIsNotInThePolicyGetsNothing() throws Exception {
        PresharedKeys wrong = server -> Optional.of(TestServer.psk(RX_2));
        try (var forger =
                new UdpMember(TestServer.RX, wrong, running.server.addresses().get(0), false, false)) {
            assertThat(forger.register())
                    .isInstanceOfSatisfying(
                            MemberEffect.Failed.class,
                            failed -> assertThat(failed.kind()).isEqualTo(MemberEffect.Kind.AUTHENTICATION_FAILED));
        }
        try (var stranger = member(TestServer.STRANGER, false)) {
            assertThat(stranger.register())
                    .isInstanceOfSatisfying(
                            MemberEffect.Failed.class,
                            failed -> assertThat(failed.kind()).isEqualTo(MemberEffect.Kind.NOT_ADMITTED));
        }
        assertThat(running.server.groups().members(TestServer.GROUP)).isEmpty();
        assertThat(running.count("opengcks.registrations", "outcome", "not_authorized"))
                .isEqualTo(1);
        assertThat(running.count("opengcks.ike.rejected", "reason", "refused")).isEqualTo(2);
    }

    @Test
    void anEvictionReachesTheOthersByMulticastAndNotTheEvicted() throws Exception {
        try (var stays = member(TestServer.RX, false);
                var goes = member(RX_2, false)) {
            registered(stays.register());
            registered(goes.register());
            RekeyResult rekey = running.server
                    .groups()
                    .evict(TestServer.GROUP, RX_2)
                    .toCompletableFuture()
                    .join()
                    .rekey();
            assertThat(rekey.messages()).hasSize(2);
            List<byte[]> datagrams = receive(rekey);
            assertThat(distinct(datagrams)).hasSize(2); // copies are bit-identical

            boolean keysCame = false;
            for (byte[] datagram : datagrams) {
                if (stays.rekey(datagram) instanceof MemberEffect.Rekeyed rekeyed) {
                    keysCame |= rekeyed.update().dataSas().stream()
                            .map(DataSecuritySa::spi)
                            .toList()
                            .equals(rekey.newSpis());
                }
                assertThat(goes.rekey(datagram)).isNotInstanceOf(MemberEffect.Rekeyed.class);
            }
            assertThat(keysCame).isTrue();
            assertThat(goes.register())
                    .isInstanceOfSatisfying(
                            MemberEffect.Failed.class,
                            failed -> assertThat(failed.kind()).isEqualTo(MemberEffect.Kind.NOT_ADMITTED));
        }
    }

    @Test
    void whoLeavesIsNoMemberAndMayComeBack() throws Exception {
        try (var member = member(TestServer.RX, false)) {
            registered(member.register());
            assertThat(member.leave()).isInstanceOf(MemberEffect.Left.class);
            while (!running.server.groups().members(TestServer.GROUP).isEmpty()) {
                Thread.onSpinWait(); // the group is told behind the answer
            }
            registered(member.register());
        }
    }

    /** Two lives of one server on one store: the member of the first follows the second, and no Message ID comes twice. */
    @Test
    void aRestartGoesOnWithTheNextMessageId() throws Exception {
        try (var member = member(TestServer.RX, false)) {
            registered(member.register());
            List<byte[]> first = receive(running.server
                    .groups()
                    .rekey(TestServer.GROUP, RekeyKind.TEK)
                    .toCompletableFuture()
                    .join());
            assertThat(member.rekey(first.getFirst())).isInstanceOf(MemberEffect.Rekeyed.class);
            running.close();
            running = TestServer.start(folder);
            List<byte[]> second = receive(running.server
                    .groups()
                    .rekey(TestServer.GROUP, RekeyKind.TEK)
                    .toCompletableFuture()
                    .join());
            assertThat(member.rekey(second.getFirst())).isInstanceOf(MemberEffect.Rekeyed.class);
            assertThat(messageId(second.getFirst())).isEqualTo(messageId(first.getFirst()) + 1);
            assertThat(spi(second.getFirst())).isEqualTo(spi(first.getFirst()));
        }
    }

    private static int messageId(byte[] datagram) {
        return ByteBuffer.wrap(datagram).getInt(20);
    }

    private static ByteBuffer spi(byte[] datagram) {
        return ByteBuffer.wrap(datagram, 0, 16).slice();
    }
}
