package strata.tier.crypto;

import java.io.IOException;
import java.util.List;

/**
 * A copy of the ledger that is read and never written, for who opens sealed packs and is not their
 * site. Not for a ledger that makes keys: they would be lost.
 */
public record ReadOnlyKeys(KeyMedium medium) implements KeyMedium {
    @Override
    public List<String> names() throws IOException {
        return medium.names();
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
        return medium.read(name, maxBytes);
    }

    @Override
    public void write(String name, byte[] bytes) {
        // What was joined stays in memory.
    }
}
