package io.opengcks.gcks.cli;

/** A command could not be carried out; the message is the one line that the operator sees. */
final class CliException extends Exception {
    CliException(String message) {
        super(message);
    }
}
