package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import java.util.List;
import java.util.Optional;

/**
 * A member as the core knows it.
 *
 * @param number             its name in the key tree; never given to another registration of another identity
 * @param identity           who
 * @param face               how it came in
 * @param role               what its last registration was for
 * @param senderIds          of its last registration
 * @param certificateSubject RFC 4514; empty with a pre-shared key
 * @param openGcks           it announced our vendor ID
 * @param leafKeyId          ID of its leaf key
 * @param registeredMillis   wall clock
 */
record Member(
        long number,
        Identity identity,
        Face face,
        Role role,
        List<Long> senderIds,
        Optional<String> certificateSubject,
        boolean openGcks,
        int leafKeyId,
        long registeredMillis) {
    Member {
        senderIds = List.copyOf(senderIds);
    }

    Member withSenderIds(List<Long> ids) {
        return new Member(number, identity, face, role, ids, certificateSubject, openGcks, leafKeyId, registeredMillis);
    }
}
