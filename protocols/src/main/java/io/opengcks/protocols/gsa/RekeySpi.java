package io.opengcks.protocols.gsa;

import java.util.HexFormat;

/**
 * SPI of a Rekey SA: the two IKE SPI fields of its messages (RFC 9838 §2.4.1).
 *
 * @param initiatorHalf first 8 octets, not 0
 * @param responderHalf last 8 octets, not 0
 */
public record RekeySpi(long initiatorHalf, long responderHalf) {
    public RekeySpi {
        if (initiatorHalf == 0 || responderHalf == 0) {
            throw new IllegalArgumentException("neither half of a Rekey SPI is zero");
        }
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(initiatorHalf) + hex.toHexDigits(responderHalf);
    }
}
