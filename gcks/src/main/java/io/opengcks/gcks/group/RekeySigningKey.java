package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.RekeySa.RekeySignature;
import java.security.GeneralSecurityException;

/**
 * The key with which a group signs its rekey messages.
 *
 * @param pkcs8     the private key
 * @param signature algorithm and public key, as members get them
 */
public record RekeySigningKey(Secret pkcs8, RekeySignature signature) {
    /** Makes one for a new group. */
    @FunctionalInterface
    public interface Factory {
        RekeySigningKey generate(RekeySignatureAlgorithm algorithm) throws GeneralSecurityException;
    }
}
