package io.opengcks.gcks.group;

import java.util.List;

/**
 * What a rekey cost and made.
 *
 * @param messages      the rekey messages, in the order they are sent
 * @param newSpis       SPIs of the new Data-Security SAs
 * @param wraps         wrapped tree keys and wrapped Rekey SA keys in all messages: what grows with the group
 */
public record RekeyResult(List<Message> messages, List<Long> newSpis, int wraps) {
    public RekeyResult {
        messages = List.copyOf(messages);
        newSpis = List.copyOf(newSpis);
    }

    /** Octets of all datagrams, without their copies. */
    public int octets() {
        return messages.stream().mapToInt(Message::octets).sum();
    }

    /**
     * One rekey message.
     *
     * @param rekeySpi  SPI of the Rekey SA that carries it, in hexadecimal
     * @param messageId its Message ID
     * @param octets    of the datagram
     */
    public record Message(String rekeySpi, long messageId, int octets) {}
}
