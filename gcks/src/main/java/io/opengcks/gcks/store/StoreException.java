package io.opengcks.gcks.store;

/** The journal cannot be opened, read or written. The message is one line for the operator and holds no key. */
public class StoreException extends Exception {
    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** An append that did not happen because its numbers are taken: another writer owns the group now. */
    public static final class Conflict extends StoreException {
        public Conflict(String message) {
            super(message);
        }
    }

    /** The commit failed in a way that leaves open whether it happened: read back before anything rests on it. */
    public static final class UnknownOutcome extends StoreException {
        public UnknownOutcome(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
