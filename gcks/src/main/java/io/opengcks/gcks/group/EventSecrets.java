package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.TreeKey;
import org.jspecify.annotations.Nullable;

/** Overwrites the keys in what is done with. The state has copies of its own. */
final class EventSecrets {
    private EventSecrets() {}

    static void destroy(Event event) {
        switch (event) {
            case Event.SigningKeyCreated key -> key.pkcs8().destroy();
            case Event.TreeChanged changed -> changed.delta().destroy();
            case Event.RekeySaCreated created -> created.sa().keymat().destroy();
            case Event.DataSaCreated created -> created.sa().keymat().destroy();
            case Event.GroupCreated _,
                    Event.PolicyChanged _,
                    Event.MemberAdmitted _,
                    Event.SenderIdsAllocated _,
                    Event.MemberLeft _,
                    Event.MemberEvicted _,
                    Event.MemberBarred _,
                    Event.MemberReadmitted _,
                    Event.DataSaRetired _,
                    Event.RekeyMessageNumbered _,
                    Event.GroupReset _,
                    Event.GroupDeleted _ -> {}
        }
    }

    static void destroy(Decision.Outgoing message) {
        message.carrier().keymat().destroy();
        Rekey rekey = message.rekey();
        rekey.newRekeySa().ifPresent(sa -> sa.keymat().destroy());
        rekey.dataSas().stream().map(DataSecuritySa::keymat).forEach(key -> key.destroy());
        for (TreeKey key : rekey.treeKeys()) {
            key.key().destroy();
            destroy(key.wrapKey());
        }
    }

    private static void destroy(io.opengcks.protocols.crypto.@Nullable Secret secret) {
        if (secret != null) {
            secret.destroy();
        }
    }
}
