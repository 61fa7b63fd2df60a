package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;

/** Why the runtime did not carry out a command. Stages of {@link Groups} fail with one of these and with nothing else. */
public abstract sealed class GroupException extends Exception {
    GroupException(String message) {
        super(message, null, false, false);
    }

    /** No group of that identity. */
    public static final class NoSuchGroup extends GroupException {
        NoSuchGroup(Identity group) {
            super("no such group: " + group);
        }
    }

    /** A group of that identity is there already. */
    public static final class AlreadyExists extends GroupException {
        AlreadyExists(Identity group) {
            super("the group exists: " + group);
        }
    }

    /** The identity is not a member. */
    public static final class NotAMember extends GroupException {
        NotAMember(Identity group, Identity member) {
            super(member + " is not a member of " + group);
        }
    }

    /** The identity is not barred, so it cannot be readmitted. */
    public static final class NotBarred extends GroupException {
        NotBarred(Identity group, Identity member) {
            super(member + " is not barred from " + group);
        }
    }

    /** A limit was reached: the queue of a group, the number of groups, the list of the barred. Try again later. */
    public static final class Overloaded extends GroupException {
        Overloaded(String message) {
            super(message);
        }
    }

    /** The journal did not take the events: nothing has changed, nothing was sent. */
    public static final class NotStored extends GroupException {
        NotStored(String message) {
            super(message);
        }
    }

    /** A fault of ours, for instance a rekey message that fits into no datagram: nothing has changed, nothing was sent. */
    public static final class Failed extends GroupException {
        Failed(String message) {
            super(message);
        }
    }

    /** The runtime is closed or closing. */
    public static final class Closed extends GroupException {
        Closed() {
            super("the key server is shutting down");
        }
    }
}
