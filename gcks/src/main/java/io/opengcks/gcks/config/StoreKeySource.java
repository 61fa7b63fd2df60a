package io.opengcks.gcks.config;

import io.opengcks.gcks.store.StoreKey;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The key-encryption key of the journal: a secret source, or an entry of a PKCS #12 keystore. */
final class StoreKeySource {
    private static final String KEY = "keyEncryptionKey";
    private static final String EXPECTED = "expected a key of " + StoreKey.BYTES + " octets, as they are or as "
            + 2 * StoreKey.BYTES + " hexadecimal digits";

    private StoreKeySource() {}

    static StoreKey read(Section store) throws SettingsException {
        if (store.optionalSection(KEY).isEmpty()) {
            return fromSecret(store, store.secret(KEY).required());
        }
        Section section = store.section(KEY);
        Optional<Path> keystore =
                section.path("keystore", "a PKCS #12 keystore").optional();
        if (keystore.isEmpty()) {
            return fromSecret(store, store.secret(KEY).required());
        }
        String alias = section.string("alias").required();
        Secret password = section.secret("password").required();
        return fromKeystore(section, keystore.get(), alias, password);
    }

    private static StoreKey fromSecret(Section store, Secret secret) throws SettingsException {
        byte[] octets = secret.copy();
        try {
            if (octets.length == StoreKey.BYTES) {
                return new StoreKey(Secret.copyOf(octets));
            }
            if (octets.length == 2 * StoreKey.BYTES) {
                return new StoreKey(
                        Secret.adopt(HexFormat.of().parseHex(new String(octets, StandardCharsets.ISO_8859_1))));
            }
            throw store.error(KEY, EXPECTED);
        } catch (IllegalArgumentException _) {
            throw store.error(KEY, EXPECTED);
        } finally {
            Arrays.fill(octets, (byte) 0);
            secret.destroy();
        }
    }

    private static StoreKey fromKeystore(Section section, Path file, String alias, Secret password)
            throws SettingsException {
        byte[] octets = password.copy();
        char[] characters = new String(octets, StandardCharsets.UTF_8).toCharArray();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keystore = KeyStore.getInstance("PKCS12", "SunJSSE");
            keystore.load(in, characters);
            Key key = keystore.getKey(alias, characters);
            byte[] encoded = key == null ? null : key.getEncoded();
            if (encoded == null || encoded.length != StoreKey.BYTES) {
                throw section.error("alias", "expected a secret key of " + StoreKey.BYTES + " octets under this name");
            }
            return new StoreKey(Secret.adopt(encoded));
        } catch (IOException | GeneralSecurityException _) {
            throw section.error("keystore", "expected a PKCS #12 keystore that the password opens: " + file);
        } finally {
            Arrays.fill(octets, (byte) 0);
            Arrays.fill(characters, '\0');
        }
    }
}
