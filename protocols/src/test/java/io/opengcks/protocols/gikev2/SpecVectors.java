package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.gsa.TreeKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A complete GSA_REKEY, computed from RFC 9838 with two crypto libraries, none of them used here. */
final class SpecVectors {
    static final long MESSAGE_ID = 7;

    static final String MESSAGE = """
            a0a1a2a3a4a5a6a7b0b1b2b3b4b5b6b72e202908000000070000015d330001410000000000000007
            915394dddf76b015ae79d78e889787cff4161f72ba5d247cc66ec21b32eea76ab503ef7c982c2474a37185567ad8618c
            6855eed8c2f87d587e2b8834e090bf9645c1e85cc21ffd5c38c027f61b7cb4db8e90f4580b676f2fd664d757793ba8bd
            4d101f8856b5c36fc5e54d4de54e588cd5942763e407c0c6f9c6fceb4cddfb9af672bb7d23ebcb8c3dad59d9ac1e1976
            92e21333c17abc0ade569f108938d003bf4d0da582a3f865140198e1b481c27add9eac68bb47aebc76ed3e96e28a6e44
            a4a393fffcce2e5f9a5a35ec051af37c8670acda786ab4ca9bbc2be522ab20001acd719649147a453510c59cbb441b5c
            d10b8ea32e32bdd29eaae33adcbef9a1bf89682001146508a1845372e2536658ae37bda324d208ccb4c22644c5af8ed9
            9dbbba051573ba9a6d0f81b5e73d33944936e59992
            """;

    static final String GSA = """
            06100050 c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d7
            0711001003500350c0000201c0000201 0711001003500350e9fc0001e9fc0001
            0300000c01000014800e0100 000000080d000003 0001000400015180
            0000000c 80010005 8002000a
            """;

    static final String KD = """
            06100070 c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d7 00010058 00000000 00000000
            15a025e20ef246eede0ebcf970171c1a509d0dee9bb7d4f071e1e9bdd7ca09e2
            21b11b7f40b275380b5f2d1e4dc8ebb793bdeab42577b43989e4529f5823d510
            178075b11bd119787b974003c64fac94
            """;

    private SpecVectors() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    /** Octets {@code from}, {@code from} + 1, ... */
    static byte[] counting(int from, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (from + i);
        }
        return octets;
    }

    static RekeySigner signer() {
        byte[] seed = counting(0, 32);
        byte[] pkcs8 = hex("302e020100300506032b657004220420" + HexFormat.of().formatHex(seed));
        Octets spki = Octets.ofHex(
                "302a300506032b657003210003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
        return RekeySigner.of(SignatureAlgorithm.ED25519, Secret.adopt(pkcs8), spki);
    }

    static RekeySa current() {
        return new RekeySa(
                new RekeySpi(0xa0a1a2a3a4a5a6a7L, 0xb0b1b2b3b4b5b6b7L),
                TrafficSelector.udp(address("192.0.2.1"), 848),
                TrafficSelector.udp(address("233.252.0.1"), 848),
                256,
                KeyWrapAlgorithm.KW_5649_256,
                Optional.of(signer().signature()),
                86400,
                0,
                Secret.adopt(counting(0x80, 68)));
    }

    static RekeySa next() {
        byte[] keymat = new byte[68];
        for (int i = 0; i < keymat.length; i++) {
            keymat[i] = (byte) (7 * i + 3);
        }
        return new RekeySa(
                new RekeySpi(0xc0c1c2c3c4c5c6c7L, 0xd0d1d2d3d4d5d6d7L),
                TrafficSelector.udp(address("192.0.2.1"), 848),
                TrafficSelector.udp(address("233.252.0.1"), 848),
                256,
                KeyWrapAlgorithm.KW_5649_256,
                Optional.of(signer().signature()),
                86400,
                0,
                Secret.adopt(keymat));
    }

    static Rekey rekey() {
        return new Rekey(
                Optional.of(next()),
                List.of(new TreeKey(0, next().keymat(), 0, null)),
                List.of(),
                List.of(),
                false,
                new GroupWidePolicy(5, 10));
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
