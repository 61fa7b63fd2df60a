package io.opengcks.member.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Standard output that tells when nobody reads it any more. */
final class StandardOutput extends FilterOutputStream {
    private final Runnable broken;

    StandardOutput(OutputStream out, Runnable broken) {
        super(out);
        this.broken = broken;
    }

    @Override
    public void write(byte[] octets, int off, int len) throws IOException {
        try {
            out.write(octets, off, len);
        } catch (IOException e) {
            broken.run();
            throw e;
        }
    }
}
