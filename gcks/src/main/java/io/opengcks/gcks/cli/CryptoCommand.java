package io.opengcks.gcks.cli;

import io.opengcks.protocols.crypto.Providers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Which provider serves which algorithm. */
@Command(
        name = "crypto",
        description = "Says which cryptographic provider serves what on this machine. Needs no server.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  gcks crypto", "  gcks crypto --output json"})
final class CryptoCommand implements Callable<Integer> {
    @Mixin
    private Output output = new Output();

    private record Algorithm(String use, String name, Source source) {}

    private interface Source {
        Provider of(String name) throws GeneralSecurityException;
    }

    private static final List<Algorithm> ALGORITHMS = List.of(
            new Algorithm(
                    "encryption",
                    "AES/GCM/NoPadding",
                    name -> Providers.cipher(name).getProvider()),
            new Algorithm(
                    "key wrap",
                    "AES/KWP/NoPadding",
                    name -> Providers.cipher(name).getProvider()),
            new Algorithm("PRF", "HmacSHA256", name -> Providers.mac(name).getProvider()),
            new Algorithm("PRF", "HmacSHA384", name -> Providers.mac(name).getProvider()),
            new Algorithm("PRF", "HmacSHA512", name -> Providers.mac(name).getProvider()),
            new Algorithm("hash", "SHA-256", name -> Providers.digest(name).getProvider()),
            new Algorithm("key derivation", "HKDF-SHA256", name -> kdf(name)),
            new Algorithm(
                    "key exchange",
                    "X25519",
                    name -> Providers.keyAgreement(name).getProvider()),
            new Algorithm(
                    "key exchange", "ECDH", name -> Providers.keyAgreement(name).getProvider()),
            new Algorithm(
                    "key exchange", "DH", name -> Providers.keyAgreement(name).getProvider()),
            new Algorithm(
                    "signature", "Ed25519", name -> Providers.signature(name).getProvider()),
            new Algorithm(
                    "signature",
                    "SHA256withECDSA",
                    name -> Providers.signature(name).getProvider()),
            new Algorithm(
                    "signature",
                    "SHA384withECDSA",
                    name -> Providers.signature(name).getProvider()),
            new Algorithm(
                    "signature", "RSASSA-PSS", name -> Providers.signature(name).getProvider()));

    private static Provider kdf(String name) throws GeneralSecurityException {
        return java.security.Security.getProvider(Providers.kdf(name).getProviderName());
    }

    @Override
    public Integer call() {
        var all = new JsonArray();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("USE", "ALGORITHM", "PROVIDER"));
        boolean complete = true;
        for (Algorithm algorithm : ALGORITHMS) {
            String provider;
            try {
                Provider serving = algorithm.source().of(algorithm.name());
                provider = serving.getName() + " " + serving.getVersionStr();
            } catch (GeneralSecurityException _) {
                provider = "none";
                complete = false;
            }
            all.add(new JsonObject()
                    .put("use", algorithm.use())
                    .put("algorithm", algorithm.name())
                    .put("provider", provider));
            rows.add(List.of(algorithm.use(), algorithm.name(), provider));
        }
        output.print(new JsonObject().put("algorithms", all).put("complete", complete), () -> rows);
        return complete ? 0 : 1;
    }
}
