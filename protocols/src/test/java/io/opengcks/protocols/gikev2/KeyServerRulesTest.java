package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gikev2.KeyServerEffect.Step;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.IkeAlgorithms;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.IkeMessage;
import io.opengcks.protocols.ikev2.IkeSuite;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payload.Identification;
import io.opengcks.protocols.ikev2.Payload.Identification.Role;
import io.opengcks.protocols.ikev2.Payload.Notify;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.Proposal;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.Reason;
import io.opengcks.protocols.ikev2.TestPki;
import io.opengcks.protocols.ikev2.Transform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers of the key server, octet by octet where a rule says so, to a peer that keeps the rules or breaks one. */
class KeyServerRulesTest {
    private static final Path PATH = new Path(SimServer.ADDRESS, World.address(2, 848));
    private static final GroupMember.Settings SETTINGS = GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID);

    private final SeededRandom random = new SeededRandom(1);
    private final TestGroup group = new TestGroup(random);
    private final KeyServer server =
            new KeyServer(KeyServer.Settings.DEFAULT, Fixture.server(), random, () -> TestPki.NOW, KeyLog.OFF);
    private final ServerAnswer member = new ServerAnswer(
            SETTINGS, new Authenticator(Fixture.memberPsk(Fixture.member(2), "secret"), () -> TestPki.NOW));
    private final List<KeyServerEffect> effects = new ArrayList<>();
    private long nowNs = 1;

    @Test
    void anAnswerIsGivenAgainOctetForOctet() throws Exception {
        InitInitiator init = init();
        byte[] first = send(init.request());
        assertThat(send(init.request())).isEqualTo(first);
        MemberIkeSa ike = init.answer(IkeHeader.decode(first), first).orElseThrow();
        byte[] request = ike.channel.request(Ikev2.GSA_AUTH, 1, member.request(ike, false));

        assertThat(send(request)).as("the group is still being asked").isEmpty();
        assertThat(send(request)).as("and not asked twice").isEmpty();
        byte[] answer = answerGroup();
        assertThat(send(request)).isEqualTo(answer);
        assertThat(send(request)).isEqualTo(answer);
        assertThat(group.requests).hasSize(1);
        assertThat(send(init.request())).as("it went on").isEmpty();
        assertThat(server.established()).isEqualTo(1);
    }

    @Test
    void aSecondRequestWaitsForTheFirst() throws Exception {
        MemberIkeSa ike = begun();
        send(ike.channel.request(Ikev2.GSA_AUTH, 1, member.request(ike, false)));
        assertThat(send(ike.channel.request(Ikev2.INFORMATIONAL, 2, List.of()))).isEmpty();
        assertThat(lastFault().reason()).isEqualTo(Reason.UNEXPECTED);
        answerGroup();
        assertThat(notifications(ike, send(ike.channel.request(Ikev2.INFORMATIONAL, 2, List.of()))))
                .isEmpty();
        assertThat(send(ike.channel.request(Ikev2.INFORMATIONAL, 2, List.of())))
                .as("other octets")
                .isEmpty();
        assertThat(lastFault().reason()).isEqualTo(Reason.REPLAYED);
        assertThat(steps()).contains(Step.LIVENESS_ANSWERED);
    }

    @Test
    void anotherMajorVersionIsToldSo() throws Exception {
        byte[] request = init().request();
        request[17] = 0x30;
        IkeMessage answer = IkeMessage.decode(send(request));

        assertThat(answer.notification(Ikev2.INVALID_MAJOR_VERSION)).isPresent();
        assertThat(answer.header().isResponse()).isTrue();
        assertThat(answer.header().initiatorSpi())
                .isEqualTo(java.nio.ByteBuffer.wrap(request).getLong());
        assertThat(lastFault().reason()).isEqualTo(Reason.UNSUPPORTED);
        request[17] = 0x10;
        assertThat(send(request)).as("IKEv1 is somebody else's").isEmpty();
        request[17] = 0x30;
        request[19] |= IkeHeader.RESPONSE;
        assertThat(send(request)).as("an answer is not answered").isEmpty();
    }

    @Test
    void answersToStrangeVersionsAreBounded() {
        byte[] request = init().request();
        request[17] = 0x30;
        int answered = 0;
        for (int i = 0; i < 1000; i++) {
            answered += send(request).length > 0 ? 1 : 0;
        }
        assertThat(answered).isEqualTo(50);
        nowNs += World.SECOND;
        assertThat(send(request)).isNotEmpty();
    }

    @Test
    void ikeAuthIsRefusedCleanly() throws Exception {
        MemberIkeSa ike = begun();
        byte[] answer = send(ike.channel.request(Ikev2.IKE_AUTH, 1, member.request(ike, false)));

        assertThat(notifications(ike, answer)).containsExactly(Ikev2.AUTHENTICATION_FAILED);
        assertThat(lastFault().detail()).contains("IKE_AUTH");
        assertThat(server.established()).isZero();
    }

    @Test
    void eachMandatoryPayloadIsMissed() throws Exception {
        for (int type : new int[] {Payload.TYPE_IDI, Payload.TYPE_IDG, Payload.TYPE_AUTH}) {
            MemberIkeSa ike = begun();
            List<Payload> payloads = new ArrayList<>(member.request(ike, false));
            payloads.removeIf(payload -> payload.type() == type);
            byte[] answer = send(ike.channel.request(Ikev2.GSA_AUTH, 1, payloads));

            assertThat(notifications(ike, answer))
                    .containsExactly(type == Payload.TYPE_AUTH ? Ikev2.AUTHENTICATION_FAILED : Ikev2.INVALID_SYNTAX);
            assertThat(send(ike.channel.request(Ikev2.INFORMATIONAL, 2, List.of())))
                    .as("the IKE SA is over")
                    .isEmpty();
        }
        assertThat(group.requests).isEmpty();
        assertThat(server.established()).isZero();
    }

    @Test
    void anUnknownCriticalPayloadIsNamed() throws Exception {
        MemberIkeSa ike = begun();
        byte[] inner = {0, (byte) 0x80, 0, 4};
        byte[] request = io.opengcks.protocols.ikev2.EncryptedPayload.seal(
                new IkeHeader(
                        ike.channel.initiatorSpi(), ike.channel.responderSpi(), Ikev2.GSA_AUTH, IkeHeader.INITIATOR, 1),
                200,
                inner,
                ike.channel.keys().initiator(),
                9);
        List<Notify> answer = Payloads.all(ike.channel.open(send(request)).payloads(), Notify.class);

        assertThat(answer).singleElement().satisfies(notify -> {
            assertThat(notify.notifyType()).isEqualTo(Ikev2.UNSUPPORTED_CRITICAL_PAYLOAD);
            assertThat(notify.data()).isEqualTo(Octets.of(new byte[] {(byte) 200}));
        });
    }

    @Test
    void aGroupNameThatIsNoneIsAGroupThatDoesNotExist() throws Exception {
        MemberIkeSa ike = begun();
        List<Payload> payloads = new ArrayList<>(member.request(ike, false));
        payloads.replaceAll(payload -> payload.type() == Payload.TYPE_IDG
                ? new Identification(Role.GROUP, Identity.Type.IPV4_ADDR.wire(), Octets.ofHex("01"))
                : payload);
        byte[] answer = send(ike.channel.request(Ikev2.GSA_AUTH, 1, payloads));

        assertThat(notifications(ike, answer)).containsExactly(Ikev2.INVALID_GROUP_ID);
        assertThat(Payloads.all(ike.channel.open(answer).payloads(), Payload.Authentication.class))
                .as("the IKE SA stands, so the server proves who it is")
                .hasSize(1);
        assertThat(server.established()).isEqualTo(1);
    }

    @Test
    void whoeverProposedNoKeyWrapAlgorithmGetsNoKeys() throws Exception {
        MemberIkeSa ike = begun(false);
        byte[] answer = send(ike.channel.request(Ikev2.GSA_AUTH, 1, member.request(ike, false)));

        assertThat(notifications(ike, answer)).containsExactly(Ikev2.NO_PROPOSAL_CHOSEN);
        assertThat(group.requests).isEmpty();
    }

    @Test
    void afterRegistrationTheMemberMayAskAgainLeaveOrClose() throws Exception {
        MemberIkeSa ike = registered();
        List<Payload> again = List.of(new Identification(Role.GROUP, 11, TestGroup.ID.data()));
        send(ike.channel.request(Ikev2.GSA_REGISTRATION, 2, again));
        assertThat(Payloads.all(ike.channel.open(answerGroup()).payloads(), Payload.KeyDownload.class))
                .hasSize(1);

        assertThat(notifications(ike, send(ike.channel.request(Ikev2.CREATE_CHILD_SA, 3, List.of()))))
                .containsExactly(35);
        byte[] left = send(ike.channel.request(Ikev2.GSA_REGISTRATION, 4, member.goodbye(Ikev2.REGISTRATION_FAILED)));
        assertThat(ike.channel.open(left).payloads()).isEmpty();
        assertThat(effects).anyMatch(KeyServerEffect.Leave.class::isInstance);

        byte[] delete = ike.channel.request(Ikev2.INFORMATIONAL, 5, List.of(Payload.Delete.ikeSa()));
        byte[] deleted = send(delete);
        assertThat(ike.channel.open(deleted).payloads()).isEmpty();
        assertThat(server.established()).isZero();
        assertThat(send(delete)).as("its answer may have been lost").isEqualTo(deleted);
        nowNs += 11 * World.SECOND;
        assertThat(send(delete)).isEmpty();
        assertThat(server.halfOpen()).isZero();
    }

    @Test
    void aMalformedRequestEndsAnIkeSa() throws Exception {
        MemberIkeSa ike = registered();
        byte[] answer = send(ike.channel.request(Ikev2.GSA_REGISTRATION, 2, List.of()));

        assertThat(notifications(ike, answer)).containsExactly(Ikev2.INVALID_SYNTAX);
        assertThat(server.established()).isZero();
    }

    @Test
    void anAnswerOfTheGroupThatCannotBeSaidIsARefusal() throws Exception {
        MemberIkeSa ike = begun();
        send(ike.channel.request(Ikev2.GSA_AUTH, 1, member.request(ike, false)));
        group.keyWrap = KeyWrapAlgorithm.KW_5649_128; // the IKE SA wraps with another one
        byte[] answer = answerGroup();

        assertThat(notifications(ike, answer)).containsExactly(Ikev2.REGISTRATION_FAILED);
        assertThat(lastFault().detail()).contains("not sendable");
    }

    @Test
    void anAnswerThatComesAfterTheIkeSaIsGoneIsForgotten() throws Exception {
        MemberIkeSa ike = begun();
        send(ike.channel.request(Ikev2.GSA_AUTH, 1, member.request(ike, false)));
        KeyServerEffect.Register asked = asked();
        assertThat(server.on(new KeyServerEvent.Answered(asked.ticket() + 1, group.answer(asked.request())), nowNs))
                .isEmpty();
        answerGroup();
        assertThat(server.on(new KeyServerEvent.Answered(asked.ticket(), group.answer(asked.request())), nowNs))
                .as("each ticket is good for one answer")
                .isEmpty();
    }

    @Test
    void anIkeSaThatNobodyFinishesIsForgotten() throws Exception {
        begun();
        assertThat(server.halfOpen()).isEqualTo(1);
        nowNs += 11 * World.SECOND;
        server.on(new KeyServerEvent.Tick(), nowNs);

        assertThat(server.halfOpen()).isZero();
    }

    @Test
    void aNonceOutOfBoundsIsDropped() {
        for (int length : new int[] {0, 15, 257}) {
            InitInitiator init = init();
            byte[] request;
            try {
                IkeMessage message = IkeMessage.decode(init.request());
                List<Payload> payloads = new ArrayList<>(message.payloads());
                payloads.replaceAll(payload -> payload.type() == Payload.TYPE_NONCE
                        ? new Payload.Nonce(Octets.of(new byte[length]))
                        : payload);
                request = new IkeMessage(message.header(), payloads).encode();
            } catch (ProtocolFault e) {
                throw new AssertionError(e);
            }
            assertThat(send(request)).isEmpty();
            assertThat(lastFault().reason()).isEqualTo(Reason.MALFORMED);
        }
    }

    private InitInitiator init() {
        return new InitInitiator(
                IkeAlgorithms.of(List.of(KeyExchangeMethod.X25519), List.of(KeyWrapAlgorithm.KW_5649_256)),
                Optional.of(new Path(/* local= */ PATH.remote(), /* remote= */ PATH.local())),
                random,
                KeyLog.OFF);
    }

    private MemberIkeSa begun() throws ProtocolFault {
        return begun(true);
    }

    private MemberIkeSa begun(boolean keyWrap) throws ProtocolFault {
        InitInitiator init = init();
        if (keyWrap) {
            byte[] answer = send(init.request());
            return init.answer(IkeHeader.decode(answer), answer).orElseThrow();
        }
        // As plain IKEv2 asks: the same without transform type 13.
        IkeMessage message = IkeMessage.decode(init.request());
        List<Payload> payloads = new ArrayList<>(message.payloads());
        payloads.replaceAll(payload -> payload instanceof Payload.SecurityAssociation(List<Proposal> proposals)
                ? new Payload.SecurityAssociation(proposals.stream()
                        .map(proposal -> new Proposal(
                                proposal.number(),
                                proposal.protocolId(),
                                proposal.spi(),
                                proposal.transforms().stream()
                                        .filter(transform -> transform.type() != Ikev2.TRANSFORM_KWA)
                                        .toList()))
                        .toList())
                : payload);
        byte[] request = new IkeMessage(message.header(), payloads).encode();
        byte[] answer = send(request);
        // The initiator does not take an IKE SA without a key wrap algorithm; so it is put back into what it reads.
        IkeMessage response = IkeMessage.decode(answer);
        List<Payload> patched = new ArrayList<>(response.payloads());
        patched.replaceAll(payload -> payload instanceof Payload.SecurityAssociation(List<Proposal> proposals)
                ? new Payload.SecurityAssociation(List.of(new Proposal(
                        1,
                        Ikev2.PROTOCOL_IKE,
                        Octets.of(new byte[0]),
                        plus(proposals.getFirst().transforms(), Transform.of(Ikev2.TRANSFORM_KWA, 3)))))
                : payload);
        byte[] readable = new IkeMessage(response.header(), patched).encode();
        MemberIkeSa ike = init.answer(response.header(), readable).orElseThrow();
        IkeSuite suite = ike.suite;
        return new MemberIkeSa(
                ike.channel,
                suite,
                new MemberIkeSa.Init(request, answer, ike.init.initiatorNonce(), ike.init.responderNonce()),
                ike.peerHashes,
                ike.openGcks);
    }

    private static List<Transform> plus(List<Transform> transforms, Transform more) {
        List<Transform> all = new ArrayList<>(transforms);
        all.add(more);
        return all;
    }

    private MemberIkeSa registered() throws ProtocolFault {
        MemberIkeSa ike = begun();
        send(ike.channel.request(Ikev2.GSA_AUTH, 1, member.request(ike, false)));
        answerGroup();
        assertThat(server.established()).isEqualTo(1);
        return ike;
    }

    private byte[] send(byte[] datagram) {
        return carryOut(server.on(new KeyServerEvent.Received(PATH, datagram.clone()), nowNs));
    }

    private byte[] answerGroup() {
        KeyServerEffect.Register asked = asked();
        return carryOut(server.on(new KeyServerEvent.Answered(asked.ticket(), group.answer(asked.request())), nowNs));
    }

    private KeyServerEffect.Register asked() {
        return effects.stream()
                .filter(KeyServerEffect.Register.class::isInstance)
                .map(KeyServerEffect.Register.class::cast)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private byte[] carryOut(List<KeyServerEffect> wanted) {
        effects.addAll(wanted);
        List<byte[]> sent = wanted.stream()
                .filter(KeyServerEffect.Send.class::isInstance)
                .map(effect -> ((KeyServerEffect.Send) effect).datagram())
                .toList();
        assertThat(sent).hasSizeLessThanOrEqualTo(1);
        return sent.isEmpty() ? new byte[0] : Arrays.copyOf(sent.getFirst(), sent.getFirst().length);
    }

    private List<Step> steps() {
        return effects.stream()
                .filter(KeyServerEffect.Progress.class::isInstance)
                .map(effect -> ((KeyServerEffect.Progress) effect).step())
                .toList();
    }

    private ProtocolFault lastFault() {
        return effects.stream()
                .filter(KeyServerEffect.Rejected.class::isInstance)
                .map(effect -> ((KeyServerEffect.Rejected) effect).fault())
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static List<Integer> notifications(MemberIkeSa ike, byte[] answer) throws ProtocolFault {
        return Payloads.all(ike.channel.open(answer).payloads(), Notify.class).stream()
                .map(Notify::notifyType)
                .toList();
    }
}
