package strata.tier.crypto;

import strata.base.OperatorException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The site keys, oldest first: the last one wraps, all unwrap. From a key file
 * ({@link SiteKeyFile}) or from a key store, which is how a PKCS#11 token is reached. Immutable and
 * thread-safe.
 */
public final class SiteKeys {
    /** Aliases of site keys in a key store begin so; what follows is the id, in hex. */
    public static final String ALIAS = "strata-";

    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private final List<SiteKey> keys;

    /** @throws IllegalArgumentException when there is none, or two of one id */
    public SiteKeys(List<SiteKey> keys) {
        this.keys = List.copyOf(keys);
        long ids = keys.stream().map(SiteKey::id).distinct().count();
        if (keys.isEmpty() || ids != keys.size()) {
            throw new IllegalArgumentException("site keys with ids of their own, at least one");
        }
    }

    /**
     * Takes the AES keys of a key store whose aliases are {@value #ALIAS} and an id; the order is
     * that of the ids.
     *
     * @throws OperatorException when it has none or does not give them out
     */
    public static SiteKeys of(KeyStore store, char[] pin) throws OperatorException {
        try {
            List<String> aliases = Collections.list(store.aliases()).stream()
                    .filter(a -> a.matches(ALIAS + "[0-9a-f]{16}"))
                    .sorted()
                    .toList();
            List<SiteKey> found = new ArrayList<>();
            for (String alias : aliases) {
                if (store.getKey(alias, pin) instanceof SecretKey key) {
                    found.add(new SiteKey(alias.substring(ALIAS.length()), key));
                }
            }
            if (found.isEmpty()) {
                throw new OperatorException(
                        "the key store has no AES key named " + ALIAS + " and 16 hex digits");
            }
            return new SiteKeys(found);
        } catch (GeneralSecurityException e) {
            throw new OperatorException("the key store refuses: " + e.getMessage(), e);
        }
    }

    public SiteKey current() {
        return keys.get(keys.size() - 1);
    }

    public List<SiteKey> all() {
        return keys;
    }

    Optional<SiteKey> find(long number) {
        return keys.stream().filter(k -> k.number() == number).findFirst();
    }

    /** Encrypts under the current key; the associated data has to be given again to unwrap. */
    static byte[] wrap(SiteKey with, byte[] plain, byte[] nonce, byte[] associated)
            throws IOException {
        try {
            return cipher(Cipher.ENCRYPT_MODE, with.key(), nonce, associated).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new OperatorException(with + " does not wrap: " + e.getMessage(), e);
        }
    }

    /** @return empty when the bytes or the associated data are not what was wrapped */
    static Optional<byte[]> unwrap(SiteKey with, byte[] wrapped, byte[] nonce, byte[] associated)
            throws IOException {
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, with.key(), nonce, associated).doFinal(wrapped));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new OperatorException(with + " does not unwrap: " + e.getMessage(), e);
        }
    }

    static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] associated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(associated);
        return cipher;
    }

    static byte[] associated(KeyId id, long siteKey, int revision) {
        ByteBuffer bytes = ByteBuffer.allocate(KeyId.LENGTH_BYTES + Long.BYTES + Integer.BYTES);
        id.write(bytes);
        return bytes.putLong(siteKey).putInt(revision).array();
    }

    @Override
    public String toString() {
        return Arrays.toString(keys.stream().map(SiteKey::id).toArray());
    }
}
