package io.opengcks.protocols.ikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What is written can be read, and whatever is read that was not written is refused in a typed way or is another message. */
class IkeMessagePropertyTest {
    private static final Secret KEY = Secret.adopt(new byte[36]);

    @Provide
    Arbitrary<IkeHeader> headers() {
        return PayloadArbitraries.header();
    }

    @Provide
    Arbitrary<List<Payload>> chains() {
        return PayloadArbitraries.payload().list().ofMaxSize(6);
    }

    @Property(tries = 500)
    void decodeAfterEncodeIsIdentity(@ForAll("headers") IkeHeader header, @ForAll("chains") List<Payload> payloads)
            throws ProtocolFault {
        IkeMessage message = new IkeMessage(header.withNextPayload(PayloadChain.firstType(payloads)), payloads);
        assertThat(IkeMessage.decode(message.encode())).isEqualTo(message);
    }

    @Property(tries = 200)
    void openAfterSealIsIdentity(
            @ForAll("headers") IkeHeader header, @ForAll("chains") List<Payload> payloads, @ForAll long iv)
            throws ProtocolFault {
        byte[] datagram = EncryptedPayload.seal(header, payloads, KEY, iv);
        EncryptedPayload.Opened opened = EncryptedPayload.open(datagram, KEY);
        assertThat(opened.header()).isEqualTo(header.withNextPayload(Payload.TYPE_SK));
        assertThat(opened.payloads()).isEqualTo(payloads);
        assertThat(datagram).hasSize(opened.inner().length + EncryptedPayload.OVERHEAD_BYTES);
    }

    @Property(tries = 100)
    void everyTruncationIsRefused(@ForAll("headers") IkeHeader header, @ForAll("chains") List<Payload> payloads) {
        byte[] whole = new IkeMessage(header, payloads).encode();
        byte[] sealed = EncryptedPayload.seal(header, payloads, KEY, 1);
        for (int length = 0; length < whole.length; length++) {
            assertThat(refused(Arrays.copyOf(whole, length), false)).isTrue();
        }
        for (int length = 0; length < sealed.length; length += 7) {
            assertThat(refused(Arrays.copyOf(sealed, length), true)).isTrue();
        }
    }

    /** The same with a Length that fits what is left, so that the payloads themselves are what is short. */
    @Property(tries = 100)
    void truncatedPayloadsAreRefusedOrShorterMessages(
            @ForAll("headers") IkeHeader header, @ForAll("chains") List<Payload> payloads) {
        byte[] whole = new IkeMessage(header, payloads).encode();
        for (int length = IkeHeader.BYTES; length < whole.length; length++) {
            assertThat(refused(withLength(Arrays.copyOf(whole, length)), false)).isTrue();
        }
    }

    @Property(tries = 60)
    void aFlippedBitIsAFaultOrAnotherMessage(
            @ForAll("headers") IkeHeader header, @ForAll("chains") List<Payload> payloads) {
        byte[] whole = new IkeMessage(header, payloads).encode();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            refused(flipped(whole, bit), false);
        }
    }

    @Property(tries = 20)
    void noFlippedBitOpens(@ForAll("headers") IkeHeader header, @ForAll("chains") List<Payload> payloads) {
        byte[] sealed = EncryptedPayload.seal(header, payloads, KEY, 1);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            assertThat(refused(flipped(sealed, bit), true)).as("bit %d", bit).isTrue();
        }
    }

    @Property(tries = 2000)
    void randomOctetsAreAFaultOrAMessage(@ForAll @Size(max = 200) byte[] octets, @ForAll("headers") IkeHeader header) {
        refused(octets, false);
        refused(octets, true);
        WireWriter out = new WireWriter();
        header.encode(out, IkeHeader.BYTES + (long) octets.length);
        refused(out.bytes(octets).toByteArray(), false);
    }

    @Property(tries = 500)
    void randomBodiesOfEveryTypeAreAFaultOrAPayload(@ForAll @Size(max = 120) byte[] body) {
        for (int type = 0; type < 256; type++) {
            WireWriter out = new WireWriter();
            new IkeHeader(1, 2, Ikev2.IKE_SA_INIT, 0, 0)
                    .withNextPayload(type)
                    .encode(out, IkeHeader.BYTES + 4L + body.length);
            refused(out.u8(0).u8(0).u16(4 + body.length).bytes(body).toByteArray(), false);
        }
    }

    @Property(tries = 100)
    void anotherKeyOpensNothing(@ForAll("chains") List<Payload> payloads, @ForAll @Size(36) byte[] other) {
        Assume.that(!Arrays.equals(other, new byte[36]));
        byte[] sealed = EncryptedPayload.seal(new IkeHeader(1, 2, 37, 0, 0), payloads, KEY, 1);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> EncryptedPayload.open(sealed, Secret.copyOf(other)))
                .isInstanceOf(NotAuthentic.class);
    }

    /** True if it was refused; any other exception than a fault fails the test. */
    private static boolean refused(byte[] datagram, boolean sealed) {
        try {
            if (sealed) {
                EncryptedPayload.open(datagram, KEY).payloads();
            } else {
                IkeMessage.decode(datagram);
            }
            return false;
        } catch (ProtocolFault fault) {
            assertThat(fault.getMessage()).isNotBlank();
            return true;
        }
    }

    private static byte[] flipped(byte[] octets, int bit) {
        byte[] forged = octets.clone();
        forged[bit / 8] ^= (byte) (1 << bit % 8);
        return forged;
    }

    private static byte[] withLength(byte[] datagram) {
        datagram[24] = 0;
        datagram[25] = 0;
        datagram[26] = (byte) (datagram.length >>> 8);
        datagram[27] = (byte) datagram.length;
        return datagram;
    }
}
