package io.opengcks.tesla;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The authentic keys of all chains a receiver has to do with: those in use, the next, and those just over. */
final class KeyLedger {
    /** Chains kept: the current, the next, and two that late packets may still need. */
    private static final int MAX_CHAINS = 4;

    enum Verdict {
        NEW,
        KNOWN,
        FORGED,
        REFUSED
    }

    private final Scheme scheme;
    private final OneWay oneWay;
    private final long chainLength;
    private final int maxSteps;
    private final TreeMap<Long, KeyVerifier> chains = new TreeMap<>();
    private final @Nullable KeyVerifier upper;

    KeyLedger(Parameters parameters, int maxSteps) {
        scheme = parameters.scheme();
        oneWay = new OneWay(scheme);
        chainLength = parameters.chainLength();
        this.maxSteps = maxSteps;
        Parameters.Anchor anchor = parameters.anchor();
        chains.put(anchor.chain(), new KeyVerifier(scheme, anchor.interval(), anchor.key(), maxSteps));
        Parameters.Anchor above = parameters.upper();
        upper = above == null ? null : new KeyVerifier(scheme, above.interval(), above.key(), maxSteps);
    }

    /** Hashes a key would cost to check. */
    long cost(long interval) {
        KeyVerifier chain = interval < 0 ? null : chains.get(interval / chainLength);
        return chain == null ? 0 : Math.abs(interval - chain.newest());
    }

    long upperCost(long number) {
        return upper == null ? 0 : Math.abs(number - upper.newest());
    }

    Verdict disclose(long interval, byte[] key) {
        KeyVerifier chain = interval < 0 ? null : chains.get(interval / chainLength);
        return chain == null ? Verdict.REFUSED : verdict(chain.disclose(interval, key));
    }

    Verdict discloseUpper(long number, byte[] key) {
        if (upper == null || number < 1 || number > KeyChain.MAX_LENGTH) {
            return Verdict.REFUSED;
        }
        Verdict verdict = verdict(upper.disclose(number, key));
        if (verdict == Verdict.NEW) {
            long chain = number - 1;
            byte[] last = oneWay.lowerSeed(key);
            long interval = number * chainLength - 1;
            KeyVerifier known = chains.get(chain);
            if (known == null || known.disclose(interval, last) == KeyVerifier.Verdict.TOO_FAR) {
                // proven by the upper chain: steps along the lower one would only prove it again
                add(chain, new KeyVerifier(scheme, interval, last, maxSteps));
            }
        }
        return verdict;
    }

    /** An authentic packet said so. */
    void commit(long chain, byte[] commitment) {
        if (commitment.length == scheme.keyOctets() && !chains.containsKey(chain) && chain > 0) {
            add(chain, new KeyVerifier(scheme, chain * chainLength - 1, commitment, maxSteps));
        }
    }

    /** Interval of the newest key that is authentic. */
    long newest() {
        long newest = -1;
        for (KeyVerifier chain : chains.values()) {
            newest = Math.max(newest, chain.newest());
        }
        return newest;
    }

    byte @Nullable [] macKey(long interval, int instance) {
        KeyVerifier chain = chains.get(interval / chainLength);
        return chain == null || !chain.has(interval) ? null : chain.macKey(interval, instance);
    }

    private void add(long number, KeyVerifier chain) {
        chains.put(number, chain);
        while (chains.size() > MAX_CHAINS) {
            Map.Entry<Long, KeyVerifier> oldest = chains.firstEntry();
            chains.remove(oldest.getKey());
        }
    }

    private static Verdict verdict(KeyVerifier.Verdict verdict) {
        return switch (verdict) {
            case AUTHENTIC -> Verdict.NEW;
            case KNOWN -> Verdict.KNOWN;
            case FORGED -> Verdict.FORGED;
            case TOO_FAR -> Verdict.REFUSED;
        };
    }
}
