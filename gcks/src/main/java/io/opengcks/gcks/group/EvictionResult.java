package io.opengcks.gcks.group;

/**
 * What became of an eviction.
 *
 * @param wasMember false: the identity was not registered; it is barred all the same
 * @param barred    true: it stays out until it is readmitted
 * @param rekey     what was sent; no messages where the identity was not registered
 */
public record EvictionResult(boolean wasMember, boolean barred, RekeyResult rekey) {}
