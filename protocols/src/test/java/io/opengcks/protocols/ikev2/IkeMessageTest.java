package io.opengcks.protocols.ikev2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.crypto.Providers;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Messages written out octet by octet from the figures of RFC 7296 and the examples of RFC 9838. */
class IkeMessageTest {
    private static final Octets NONE = Octets.of(new byte[0]);

    /** IKE_SA_INIT request: SA with a key wrap algorithm, KE, Ni, and a cookie (RFC 7296 §1.2, §3; RFC 9838 §2.3). */
    private static final String INIT = """
            0102030405060708 0000000000000000 29 20 22 08 00000000 00000090
            21 00 000c 00 00 4006 cafebabe
            22 00 0038 00 00 0034 01 01 00 05
              03 00 000c 01 00 0014 800e0100
              03 00 0008 02 00 0005
              03 00 0008 04 00 001f
              03 00 0008 0d 00 0003
              00 00 0008 0d 00 0001
            28 00 001c 001f 0000 000102030405060708090a0b0c0d0e0f10111213
            00 00 0014 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf
            """;

    private static final IkeMessage INIT_MESSAGE = new IkeMessage(
            new IkeHeader(0x0102030405060708L, 0, 41, 0, Ikev2.IKE_SA_INIT, IkeHeader.INITIATOR, 0),
            List.of(
                    new Payload.Notify(Ikev2.COOKIE, Octets.ofHex("cafebabe")),
                    new Payload.SecurityAssociation(List.of(new Proposal(
                            1,
                            Ikev2.PROTOCOL_IKE,
                            NONE,
                            List.of(
                                    Transform.encryption(Ikev2.ENCR_AES_GCM_16, 256),
                                    Transform.of(Ikev2.TRANSFORM_PRF, 5),
                                    Transform.of(Ikev2.TRANSFORM_KE, 31),
                                    Transform.of(Ikev2.TRANSFORM_KWA, 3),
                                    Transform.of(Ikev2.TRANSFORM_KWA, 1))))),
                    new Payload.KeyExchange(31, Octets.ofHex("000102030405060708090a0b0c0d0e0f10111213")),
                    new Payload.Nonce(Octets.ofHex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"))));

    @Test
    void aWrittenMessageIsWhatTheFiguresSay() throws Exception {
        assertThat(HexFormat.of().formatHex(INIT_MESSAGE.encode())).isEqualTo(INIT.replaceAll("\\s", ""));
        assertThat(IkeMessage.decode(hex(INIT))).isEqualTo(INIT_MESSAGE);
        assertThat(INIT_MESSAGE.only(Payload.Nonce.class).data().length()).isEqualTo(16);
        assertThat(INIT_MESSAGE.notification(Ikev2.COOKIE)).isPresent();
        assertThat(INIT_MESSAGE.notification(Ikev2.USE_TRANSPORT_MODE)).isEmpty();
    }

    @Test
    void theExamplesOfTheGroupPayloads() throws Exception {
        assertThat(body(new Payload.Notify(Ikev2.GROUP_SENDER, Octets.ofHex("00000002"))))
                .isEqualTo("0000000c0000402d00000002");
        assertThat(body(new Payload.Delete(Ikev2.PROTOCOL_ESP, 4, List.of(Octets.ofHex("00000000")))))
                .isEqualTo("0000000c0304000100000000");
        assertThat(body(new Payload.Delete(Ikev2.PROTOCOL_GIKE_UPDATE, 16, List.of(Octets.of(new byte[16])))))
                .isEqualTo("0000001806100001" + "00".repeat(16));
        assertThat(body(Payload.Delete.ikeSa())).isEqualTo("0000000801000000");
        assertThat(body(new Payload.Identification(Payload.Identification.Role.GROUP, 11, Octets.ofHex("7476"))))
                .isEqualTo("0000000a0b0000007476");
        assertThat(transforms(
                        Transform.encryption(Ikev2.ENCR_AES_GCM_16, 256),
                        Transform.of(Ikev2.TRANSFORM_SN, Ikev2.SN_32_BIT_UNSPECIFIED)))
                .isEqualTo("0300000c01000014800e01000000000805000002");
        assertThat(transforms(Transform.of(Ikev2.TRANSFORM_GCAUTH, Ikev2.GCAUTH_IMPLICIT)))
                .isEqualTo("000000080e000001");
        assertThat(transforms(Transform.digitalSignature(Octets.ofHex("300a06082a8648ce3d040302"))))
                .isEqualTo("000000180e0000020012000c300a06082a8648ce3d040302");
    }

    @Test
    void reservedBitsAreIgnored() throws Exception {
        byte[] noisy = hex(INIT);
        noisy[IkeHeader.BYTES + 1] = (byte) 0xff; // C bit and RESERVED of N, which everybody knows
        noisy[41] = 0x55; // RESERVED of the SA payload
        noisy[45] = 0x55; // RESERVED of the proposal
        noisy[53] = 0x55; // RESERVED of the first transform
        noisy[57] = 0x55;
        assertThat(IkeMessage.decode(noisy)).isEqualTo(INIT_MESSAGE);
    }

    @Test
    void anUnknownPayloadIsPassedOverUnlessItIsCritical() throws Exception {
        String rest = "00 00 0008 11223344";
        byte[] harmless = hex("0102030405060708 0000000000000000 c8 20 22 08 00000000 00000024" + rest);
        assertThat(IkeMessage.decode(harmless).payloads())
                .containsExactly(new Payload.Ignored(200, Octets.ofHex("11223344")));
        harmless[IkeHeader.BYTES + 1] = (byte) 0x80;
        assertThatThrownBy(() -> IkeMessage.decode(harmless))
                .isInstanceOfSatisfying(
                        Unsupported.class,
                        fault -> assertThat(fault.notifyType()).isEqualTo(Ikev2.UNSUPPORTED_CRITICAL_PAYLOAD));
    }

    @Test
    void anotherMajorVersionIsNamedSo() {
        byte[] gdoi = hex(INIT);
        gdoi[17] = 0x10;
        assertThatThrownBy(() -> IkeMessage.decode(gdoi))
                .isInstanceOfSatisfying(
                        Unsupported.class,
                        fault -> assertThat(fault.notifyType()).isEqualTo(Ikev2.INVALID_MAJOR_VERSION));
    }

    @Test
    void anEncryptedMessageIsNotReadAsAClearOne() {
        byte[] message = hex("0102030405060708 0000000000000000 2e 20 25 08 00000000 00000020 00 00 0004");
        assertThatThrownBy(() -> IkeMessage.decode(message)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void moreThanALimitOfAnythingIsMalformed() {
        List<Payload> many = java.util.Collections.nCopies(PayloadChain.MAX_PAYLOADS + 1, new Payload.Nonce(NONE));
        byte[] message = new IkeMessage(new IkeHeader(1, 0, 34, 8, 0), many).encode();
        assertThatThrownBy(() -> IkeMessage.decode(message))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("payloads");
    }

    @Test
    void twoPayloadsOfAKindThatStandsOnceAreMalformed() {
        IkeMessage twice = new IkeMessage(
                new IkeHeader(1, 0, 34, 8, 0), List.of(new Payload.Nonce(NONE), new Payload.Nonce(NONE)));
        assertThatThrownBy(() -> twice.only(Payload.Nonce.class)).isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> twice.only(Payload.KeyExchange.class)).isInstanceOf(MalformedMessage.class);
    }

    /** Lengths that promise 65535 octets, or a million SPIs, cost no more than the octets that came. */
    @Test
    void nothingIsAllocatedFromALengthNotChecked() throws Exception {
        byte[] promise = hex(
                "0102030405060708 0000000000000000 2a 20 25 08 00000000 00000028" + "00 00 000c 03 00 ffff 00000000");
        byte[] sa = hex(
                "0102030405060708 0000000000000000 21 20 25 08 00000000 00000028" + "00 00 000c 00 00 ffff 00000000");
        assertFault(promise);
        assertFault(sa);
        long before = allocatedBytes();
        for (int i = 0; i < 100; i++) {
            assertFault(promise);
            assertFault(sa);
        }
        assertThat((allocatedBytes() - before) / 200).isLessThan(4096);
    }

    @Test
    void paddingIsTakenAndTooMuchOfItIsNot() throws Exception {
        Secret key = Secret.adopt(new byte[20]);
        byte[] nonce = PayloadChain.encode(List.of(new Payload.Nonce(Octets.ofHex("aabb"))));
        byte[] padded = java.util.Arrays.copyOf(nonce, nonce.length + 10);
        padded[padded.length - 1] = 9;
        assertThat(EncryptedPayload.open(sealed(padded, key), key).payloads())
                .containsExactly(new Payload.Nonce(Octets.ofHex("aabb")));
        padded[padded.length - 1] = (byte) padded.length;
        assertThatThrownBy(() -> EncryptedPayload.open(sealed(padded, key), key))
                .isInstanceOf(MalformedMessage.class);
    }

    /** RFC 5282 §5.1: the associated data end with the SK header, whose RESERVED octet is ignored and yet protected. */
    @Test
    void theHeaderIsProtected() {
        Secret key = Secret.adopt(new byte[20]);
        byte[] message = EncryptedPayload.seal(new IkeHeader(1, 2, 37, 0, 5), List.of(), key, 0);
        message[IkeHeader.BYTES + 1] ^= 1;
        assertThatThrownBy(() -> EncryptedPayload.open(message, key)).isInstanceOf(NotAuthentic.class);
    }

    @Test
    void fragmentsAreRefused() {
        byte[] fragment = hex(
                "0102030405060708 1112131415161718 35 20 25 08 00000001 00000028" + "21 00 000c 0001 0002 00000000");
        assertThatThrownBy(() -> EncryptedPayload.open(fragment, Secret.adopt(new byte[20])))
                .isInstanceOf(Unsupported.class);
    }

    /** By reflection: the module under test does not read java.management. */
    private static long allocatedBytes() throws Exception {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        return (long) Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes")
                .invoke(threads);
    }

    private static void assertFault(byte[] message) {
        try {
            IkeMessage.decode(message);
        } catch (ProtocolFault _) {
            return;
        }
        throw new AssertionError("not refused");
    }

    /** Encrypted here rather than by the code under test, which never pads. */
    private static byte[] sealed(byte[] plain, Secret key) throws Exception {
        WireWriter out = new WireWriter();
        int total = 28 + 4 + 8 + plain.length + 16;
        new IkeHeader(1, 2, 37, 0, 5).withNextPayload(Payload.TYPE_SK).encode(out, total);
        out.u8(Payload.TYPE_NONCE).u8(0).u16(total - 28);
        byte[] aad = out.toByteArray();
        Cipher cipher = Providers.cipher("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key.copy(), 0, 16, "AES"),
                new GCMParameterSpec(128, new byte[12]));
        cipher.updateAAD(aad);
        return out.u64(0).bytes(cipher.doFinal(plain)).toByteArray();
    }

    private static String body(Payload payload) {
        return HexFormat.of().formatHex(PayloadChain.encode(List.of(payload)));
    }

    private static String transforms(Transform... transforms) {
        WireWriter out = new WireWriter();
        Transform.encodeList(List.of(transforms), out);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
}
