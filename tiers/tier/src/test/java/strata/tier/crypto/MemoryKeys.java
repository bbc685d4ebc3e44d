package strata.tier.crypto;

import strata.base.StorageException;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import javax.crypto.spec.SecretKeySpec;

/** A ledger's medium in memory, that can be away. */
public final class MemoryKeys implements KeyMedium {
    final SortedMap<String, byte[]> files = new TreeMap<>();
    boolean away;
    int writes;

    static SiteKey siteKey(int number) {
        byte[] secret = new byte[32];
        secret[0] = (byte) number;
        return new SiteKey(SiteKey.idOf(number), new SecretKeySpec(secret, "AES"));
    }

    public static SiteKeys siteKeys(int... numbers) {
        return new SiteKeys(
                java.util.Arrays.stream(numbers).mapToObj(MemoryKeys::siteKey).toList());
    }

    private void requireThere() throws StorageException {
        if (away) {
            throw new StorageException(StorageException.Kind.UNAVAILABLE, "away", null);
        }
    }

    @Override
    public List<String> names() throws IOException {
        requireThere();
        return List.copyOf(files.keySet());
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
        requireThere();
        return files.get(name).clone();
    }

    @Override
    public void write(String name, byte[] bytes) throws IOException {
        requireThere();
        files.put(name, bytes.clone());
        writes++;
    }
}
