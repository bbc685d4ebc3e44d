package strata.s3;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.StorageException;
import strata.codec.EncodingProfile;
import strata.tier.ArchivedPackException;
import strata.tier.PackId;
import strata.tier.PackLock;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSealing;
import strata.tier.PackSource;
import strata.tier.PackSummary;
import strata.tier.Tier;
import strata.tier.TierHealth;
import strata.tier.TierMetrics;
import strata.tier.TierSpace;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MissingKeyException;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packs in a bucket; the keys are in the package description. A server that cannot be reached is
 * {@link TierHealth#VANISHED}, also at the opening, and the tier is ready as soon as it answers.
 */
public final class S3Tier implements Tier {
    private static final Logger LOG = LoggerFactory.getLogger(S3Tier.class);
    private static final String SUFFIX = ".pack";

    private final S3TierOptions options;
    private final S3Store store;
    private final KeyLedger keys;
    private final PackSealing sealing;
    private final TierMetrics metrics;
    private final Clock clock;
    private final Optional<S3Locks> locks;
    private volatile boolean ready;

    private S3Tier(
            S3TierOptions options,
            AwsCredentialsProvider credentials,
            KeyLedger keys,
            Metrics metrics,
            Clock clock) {
        this.options = options;
        this.keys = keys;
        this.sealing = new PackSealing(keys, options.name());
        this.store = new S3Store(options, credentials, clock);
        this.locks = options.lock().map(mode -> new S3Locks(store, mode));
        this.metrics = new TierMetrics(metrics, options.name());
        this.clock = clock;
    }

    /** As below, with credentials as the SDK finds them in the environment. */
    public static S3Tier open(S3TierOptions options, KeyLedger keys, Metrics metrics, Clock clock)
            throws OperatorException {
        return open(options, DefaultCredentialsProvider.builder().build(), keys, metrics, clock);
    }

    /**
     * Opens a tier; its bucket has to be there, its prefix may be empty.
     *
     * @param credentials asked for each request, never kept
     * @param keys seal every pack before it leaves; the bucket keeps a copy of the ledger
     * @param clock by which locks end, packs are dated, and a bucket in trouble is tried again: the
     *     store's reckoning, so that a wrong system clock takes no lock for ended
     * @throws OperatorException when the bucket answers and cannot lock packs as is asked for
     */
    public static S3Tier open(
            S3TierOptions options,
            AwsCredentialsProvider credentials,
            KeyLedger keys,
            Metrics metrics,
            Clock clock)
            throws OperatorException {
        S3Tier tier = new S3Tier(options, credentials, keys, metrics, clock);
        try {
            tier.prepare();
        } catch (OperatorException e) {
            tier.close();
            throw e;
        } catch (IOException e) {
            LOG.warn("tier {} cannot be reached: {}", options.name(), e.getMessage());
        }
        return tier;
    }

    /** Removes what unfinished writes left; once per start, before the first use. */
    private synchronized void prepare() throws IOException {
        if (ready) {
            return;
        }
        store.look();
        if (locks.isPresent()) {
            locks.get().require();
        }
        String what = "listing unfinished uploads";
        List<MultipartUpload> leftovers = store.read(
                what,
                () -> store
                        .client()
                        .listMultipartUploadsPaginator(
                                b -> b.bucket(store.bucket()).prefix(options.prefix()))
                        .uploads()
                        .stream()
                        // Not every server heeds the prefix.
                        .filter(u -> u.key().startsWith(options.prefix()))
                        .toList());
        for (MultipartUpload leftover : leftovers) {
            LOG.info("removing parts of {}, left by an unfinished write", leftover.key());
            store.abort(leftover.key(), leftover.uploadId());
        }
        keys.attach(name(), new S3Keys(store, options.prefix() + "keys/", locks));
        ready = true;
    }

    private void requireReady() throws IOException {
        if (!ready) {
            prepare();
        }
    }

    private String key(PackId id) {
        String name = id.toString();
        return packsPrefix() + name.substring(0, 2) + "/" + name + SUFFIX;
    }

    private String packsPrefix() {
        return options.prefix() + "packs/";
    }

    private String quarantinePrefix() {
        return options.prefix() + "quarantine/";
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public PackSummary write(List<PackObject> objects, EncodingProfile profile) throws IOException {
        requireReady();
        long start = System.nanoTime();
        PackId id = PackId.of(objects);
        Optional<PackSummary> present = present(id);
        if (present.isPresent()) {
            return present.get();
        }
        store.abortAbandoned();
        try (PackUpload upload = new PackUpload(store, key(id), options)) {
            PackSummary summary = sealing.write(objects, profile, clock.instant(), upload);
            if (upload.finish()) {
                metrics.packWritten(summary, System.nanoTime() - start);
                return summary;
            }
        }
        return present(id)
                .orElseThrow(() -> new StorageException(
                        StorageException.Kind.UNAVAILABLE,
                        "pack " + id + " is being written",
                        null));
    }

    private Optional<PackSummary> present(PackId id) throws IOException {
        try (PackReader reader = open(id.toString())) {
            return Optional.of(reader.summary());
        } catch (NoSuchFileException e) {
            LOG.debug("pack {} is new to tier {}", id, name(), e);
            return Optional.empty();
        } catch (MissingKeyException e) {
            if (e.kind() != MissingKeyException.Kind.SHREDDED) {
                throw e;
            }
            LOG.info("pack {} was shredded and is written anew", id);
            remove(key(id));
            return Optional.empty();
        }
    }

    @Override
    public PackReader open(String pack) throws IOException {
        PackId id = PackId.parse(pack);
        requireReady();
        String where = "s3://" + store.bucket() + "/" + key(id);
        PackSource object = S3PackSource.open(store, key(id), options.readAheadBytes(), metrics);
        PackReader reader = PackReader.open(where, object, Optional.of(keys));
        if (!reader.id().equals(id)) {
            reader.close();
            throw new CorruptDataException(where, 0, "pack " + id, "pack " + reader.id());
        }
        return reader;
    }

    @Override
    public void proved(String pack) throws IOException {
        Optional<String> archive = options.storageClass().filter(S3Archive::isOne);
        if (archive.isEmpty()) {
            return;
        }
        String key = key(PackId.parse(pack));
        try {
            HeadObjectResponse head = store.head(key);
            if (!archive.get().equals(head.storageClassAsString())) {
                new PackCopy(store, key, key, archive.get()).run(head.contentLength());
                if (locks.isPresent()) {
                    locks.get().deleteOlder(key);
                }
            }
        } catch (SdkException e) {
            throw store.failed(e, "looking at " + key, false);
        }
    }

    @Override
    public void request(String pack) throws IOException {
        String key = key(PackId.parse(pack));
        requireReady();
        try {
            S3PackSource.open(store, key, options.readAheadBytes(), metrics).close();
        } catch (ArchivedPackException e) {
            if (!e.isRequested()) {
                LOG.info("pack {} of tier {} is asked for", pack, name());
                S3Archive.request(store, key);
            }
        }
    }

    @Override
    public List<String> packs() throws IOException {
        List<String> names = new ArrayList<>();
        for (String key : list(packsPrefix())) {
            // The two digits of the directory and its slash stand before the name.
            int from = packsPrefix().length() + 3;
            if (key.endsWith(SUFFIX) && key.length() > from + SUFFIX.length()) {
                names.add(key.substring(from, key.length() - SUFFIX.length()));
            }
        }
        return names;
    }

    private List<String> list(String prefix) throws IOException {
        requireReady();
        return store.list(prefix);
    }

    @Override
    public void delete(String pack) throws IOException {
        PackId id = PackId.parse(pack);
        requireReady();
        if (locks.isPresent()) {
            locks.get().delete(key(id), pack);
        } else {
            remove(key(id));
        }
    }

    @Override
    public boolean canKeep() {
        return locks.isPresent();
    }

    @Override
    public void keep(String pack, PackLock lock) throws IOException {
        PackId id = PackId.parse(pack);
        requireReady();
        if (locks.isPresent()) {
            locks.get().keep(key(id), lock);
        }
    }

    @Override
    public PackLock lock(String pack) throws IOException {
        String key = key(PackId.parse(pack));
        requireReady();
        return locks.isEmpty()
                ? PackLock.NONE
                : store.read("looking at " + key, () -> locks.get().lock(key));
    }

    /** In a bucket that keeps versions it is seen no more, and the bytes stay. */
    private void remove(String key) throws IOException {
        store.write(
                "deleting " + key,
                () -> store.client().deleteObject(b -> b.bucket(store.bucket()).key(key)));
    }

    @Override
    public void quarantine(String pack) throws IOException {
        PackId id = PackId.parse(pack);
        requireReady();
        long lengthBytes;
        try (S3PackSource source =
                S3PackSource.open(store, key(id), options.readAheadBytes(), metrics)) {
            lengthBytes = source.lengthBytes();
        } catch (NoSuchFileException e) {
            LOG.debug("pack {} of tier {} is gone already", pack, name(), e);
            return;
        }
        List<String> taken = list(quarantinePrefix() + pack);
        int number = 1;
        String aside;
        do {
            aside = quarantinePrefix() + pack + "." + number++ + SUFFIX;
        } while (taken.contains(aside));
        new PackCopy(store, key(id), aside).run(lengthBytes);
        remove(key(id));
        LOG.warn("pack {} of tier {} set aside as {}", pack, name(), aside);
    }

    @Override
    public List<String> quarantined() throws IOException {
        int from = quarantinePrefix().length();
        return list(quarantinePrefix()).stream().map(key -> key.substring(from)).toList();
    }

    /** No store of this kind says how much it still takes. */
    @Override
    public TierSpace space() throws IOException {
        requireReady();
        return new TierSpace(TierSpace.UNLIMITED, TierSpace.UNLIMITED);
    }

    /** From the last errors; a server that was away is asked for again now and then. */
    @Override
    public TierHealth health() {
        return store.health();
    }

    @Override
    public void close() {
        store.close();
    }
}
