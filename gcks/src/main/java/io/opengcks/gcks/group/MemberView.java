package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A member as the administration sees it.
 *
 * @param identity           who
 * @param face               how it came in
 * @param role               what its last registration was for
 * @param senderIds          Sender-IDs of its last registration
 * @param certificateSubject RFC 4514; empty with a pre-shared key
 * @param registered         time of its last registration
 * @param leafKeyId          key ID of its leaf in the key tree
 */
public record MemberView(
        Identity identity,
        Face face,
        Role role,
        List<Long> senderIds,
        Optional<String> certificateSubject,
        Instant registered,
        int leafKeyId) {
    public MemberView {
        senderIds = List.copyOf(senderIds);
    }
}
