package io.opengcks.keytree;

/** Which keys a joiner finds on its path where others hold them already. */
public enum JoinRule {
    /**
     * The ones in use. Costs no message. A joiner alone opens nothing sent before it; but together with a member evicted
     * earlier, who can still open the message that evicted it, it can find the group keys between that eviction and its own
     * join.
     */
    KEEP_KEYS,
    /**
     * New ones that members inside compute from the old with a one-way function; a message only names them, so it wraps none of
     * them. Not even together with anyone who left does a joiner find an older group key, as it cannot step back.
     *
     * <p>For LKH a choice where the face hands members the keys of the tree themselves and not keys derived from them; for the
     * other trees the rule.
     */
    DERIVE_KEYS,
    /**
     * New ones, sent to those who hold the old: at most d·h wraps for one joiner. Not even together with anyone who left
     * does a joiner find an older group key.
     */
    REPLACE_KEYS
}
