package io.opengcks.gcks.cli;

import io.opengcks.protocols.gsa.Identity;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Identities on the command line: a bare word is a key ID where a group is meant, and a domain name where a member is. */
final class Names {
    private Names() {}

    private static Identity parse(String prefix, String text) {
        try {
            return Identity.parse(text.contains(":") ? text : prefix + text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(String.valueOf(wrong.getMessage()));
        }
    }

    /** Reads a group. */
    static final class Group implements ITypeConverter<Identity> {
        @Override
        public Identity convert(String text) {
            return parse("key-id:", text);
        }
    }

    /** Reads a member, or the server. */
    static final class Member implements ITypeConverter<Identity> {
        @Override
        public Identity convert(String text) {
            return parse("fqdn:", text);
        }
    }
}
