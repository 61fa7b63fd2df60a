package io.opengcks.gcks.group;

/** What an operator wants new. */
public enum RekeyKind {
    /** The Data-Security SAs. */
    TEK,
    /** The Rekey SA. */
    KEK,
    /** First the Rekey SA, then the Data-Security SAs under it. */
    BOTH
}
