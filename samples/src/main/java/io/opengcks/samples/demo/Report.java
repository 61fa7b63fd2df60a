package io.opengcks.samples.demo;

import java.util.List;

/**
 * What the demo saw; one JSON object.
 *
 * @param ok                          whether everything was as it must be
 * @param failed                      what was not
 * @param registered                  members that registered: the sender and its receivers
 * @param packetsSent                 datagrams of the stream
 * @param streamsIdentical            SHA-256 of what each remaining receiver delivered equals that of what was sent, over the whole run
 * @param evictedLastPacketMs         from the command to evict to the last packet that the evicted receiver, or somebody with all keys it ever
 *                                    had, could decrypt
 * @param evictedDecryptedAfterSwitch packets sent under a key made after the eviction that it could decrypt
 * @param evictedHeardAfterSwitch     such packets that it heard and tried all its keys on
 * @param evictedRefused              whether its attempt to come back was refused
 * @param othersLost                  packets that the other receivers together did not get
 * @param rekeys                      rekey messages that the sender took
 * @param scheduledRekeys             of them, changes of the traffic key because its time was up
 * @param tekSwitches                 changes of the traffic key the sender made
 * @param evictionWraps               wrapped keys in the messages of the eviction
 * @param evictionMessageBytes        octets of these messages, one copy each
 */
record Report(
        boolean ok,
        List<String> failed,
        int registered,
        long packetsSent,
        boolean streamsIdentical,
        double evictedLastPacketMs,
        long evictedDecryptedAfterSwitch,
        long evictedHeardAfterSwitch,
        boolean evictedRefused,
        long othersLost,
        long rekeys,
        long scheduledRekeys,
        long tekSwitches,
        int evictionWraps,
        int evictionMessageBytes) {}
