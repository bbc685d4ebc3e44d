package strata.s3;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;

import strata.base.CorruptDataException;
import strata.tier.crypto.KeyMedium;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The key ledger beside the packs; an object is replaced as a whole. */
final class S3Keys implements KeyMedium {
    private final S3Store store;
    private final String prefix;
    private final Optional<S3Locks> locks;

    /**
     * @param prefix of the keys' objects, with its slash
     * @param locks where the bucket keeps versions: shredded keys must not be among them
     */
    S3Keys(S3Store store, String prefix, Optional<S3Locks> locks) {
        this.locks = locks;
        this.store = store;
        this.prefix = prefix;
    }

    @Override
    public List<String> names() throws IOException {
        return store.list(prefix).stream()
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
        String key = prefix + name;
        String most = "bytes=0-" + maxBytes;
        try {
            byte[] bytes = store.client()
                    .getObjectAsBytes(b -> b.bucket(store.bucket()).key(key).range(most))
                    .asByteArray();
            store.succeeded(false);
            if (bytes.length > maxBytes) {
                throw new CorruptDataException(key, maxBytes, "its end", "more");
            }
            return bytes;
        } catch (SdkException e) {
            throw store.failed(e, "reading " + key, false);
        }
    }

    @Override
    public void write(String name, byte[] bytes) throws IOException {
        String key = prefix + name;
        store.write(
                "writing " + key,
                () -> store.client()
                        .putObject(
                                b -> b.bucket(store.bucket())
                                        .key(key)
                                        .contentMD5(S3Store.md5(bytes, bytes.length)),
                                RequestBody.fromBytes(bytes)));
        if (locks.isPresent()) {
            locks.get().deleteOlder(key);
        }
    }
}
