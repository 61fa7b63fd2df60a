package io.opengcks.benchmarks;

import io.opengcks.esp.EspTransform;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The limit: the JDK's cipher with nothing around it, used as its documentation shows, a fresh nonce for each message. */
final class BareCipher {
    private final byte[] payload = new byte[EspBench.PAYLOAD];
    private final byte[] out = new byte[2048];
    private final byte[][] messages = new byte[EspLoad.BATCH][EspBench.PAYLOAD + 16];
    private final byte[] aad = new byte[8];
    private final boolean gcm;
    private final SecretKey key;
    private final Cipher sealer;
    private final Cipher opener;
    private long first;

    BareCipher(EspTransform transform) throws GeneralSecurityException {
        this.gcm = transform != EspTransform.CHACHA20_POLY1305;
        this.key = new SecretKeySpec(new byte[transform.keyBytes()], gcm ? "AES" : "ChaCha20");
        String name = gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305";
        this.sealer = Cipher.getInstance(name, "SunJCE");
        this.opener = Cipher.getInstance(name, "SunJCE");
    }

    void seal(CpuMeter meter) throws GeneralSecurityException {
        meter.start();
        for (int i = 0; i < messages.length; i++) {
            sealer.init(Cipher.ENCRYPT_MODE, key, nonce(first + i));
            sealer.updateAAD(aad);
            sealer.doFinal(payload, 0, payload.length, messages[i], 0);
        }
        meter.stop(messages.length);
    }

    /** Opens what {@link #seal} made last. */
    void open(CpuMeter meter) throws GeneralSecurityException {
        meter.start();
        for (int i = 0; i < messages.length; i++) {
            opener.init(Cipher.DECRYPT_MODE, key, nonce(first + i));
            opener.updateAAD(aad);
            opener.doFinal(messages[i], 0, messages[i].length, out, 0);
        }
        meter.stop(messages.length);
        first += messages.length;
    }

    private AlgorithmParameterSpec nonce(long counter) {
        byte[] nonce = ByteBuffer.allocate(12).putLong(4, counter).array();
        return gcm ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce);
    }
}
