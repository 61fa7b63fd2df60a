package io.opengcks.gcks.admin;

import io.opengcks.gcks.audit.AuditLog;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log, and in the audit log where there is one, what operators did. */
final class Operators {
    private static final Logger LOG = LoggerFactory.getLogger("io.opengcks.gcks.admin");

    private final @Nullable AuditLog audit;
    private final InstantSource clock;

    Operators(@Nullable AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    void did(String action, String target, String remote, String outcome) {
        LOG.info("action={} target={} from={} outcome={}", action, target, remote, outcome);
        if (audit != null) {
            audit.admin(clock.instant(), action, target, remote, outcome);
        }
    }
}
