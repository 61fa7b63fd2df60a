package io.opengcks.keytree;

import java.util.List;

/**
 * A part of a rekey message that fits into one datagram and has all that the members on some leaves need.
 *
 * @param firstLeaf   index of the first leaf it is for; {@link NodeNumbers} has the natural number that goes with it
 * @param lastLeaf    index of the last one, which need not have a member
 * @param part        0 where the packet is all that those members need; else they need all parts from 0 up to the last with the
 *                    same leaves
 * @param wraps       wrapped keys
 * @param derivations keys that members compute
 */
public record RekeyPacket(int firstLeaf, int lastLeaf, int part, List<WrappedKey> wraps, List<Derivation> derivations) {
    /** Whether a member on that leaf needs this packet. */
    public boolean isFor(int leaf) {
        return firstLeaf <= leaf && leaf <= lastLeaf;
    }

    @Override
    public String toString() {
        return "RekeyPacket[leaves " + firstLeaf + " to " + lastLeaf + ", part " + part + ", wraps " + wraps.size()
                + "]";
    }
}
