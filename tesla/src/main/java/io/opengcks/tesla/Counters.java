package io.opengcks.tesla;

/**
 * What a receiver did so far.
 *
 * @param authenticated packets whose MAC or announced hash was good
 * @param immediate     those among them that were authentic on arrival, by a hash announced before
 * @param unsafe        packets that came when their key may have been public, or before the clock was synchronised
 * @param early         packets of intervals the sender cannot have reached, so forged or outside the clock bound
 * @param forged        packets with a wrong MAC, once the key was there, or with a forged key
 * @param expired       packets whose key never came
 * @param evicted       safe packets thrown out at random because the buffer of their interval was full
 * @param oversize      packets larger than the limit
 * @param keysForged    disclosed keys that led to no authentic one
 * @param keysRefused   disclosed keys not looked at: of an unknown chain, too far, or not due yet
 * @param buffered      packets that wait now
 * @param bufferedOctets their octets, covered part and MAC
 */
public record Counters(
        long authenticated,
        long immediate,
        long unsafe,
        long early,
        long forged,
        long expired,
        long evicted,
        long oversize,
        long keysForged,
        long keysRefused,
        long buffered,
        long bufferedOctets) {}
