package strata.tier.crypto;

import java.io.IOException;
import java.util.List;

/** A place that keeps a copy of the key ledger: small files by name. */
public interface KeyMedium {
    /** The names that are there. */
    List<String> names() throws IOException;

    /** The bytes of a file, at most {@code maxBytes}. */
    byte[] read(String name, int maxBytes) throws IOException;

    /**
     * Writes a file in place of one of the same name, wholly or not at all; durable on return. The
     * replaced bytes are given free: a medium that keeps versions must not keep those of keys.
     */
    void write(String name, byte[] bytes) throws IOException;
}
