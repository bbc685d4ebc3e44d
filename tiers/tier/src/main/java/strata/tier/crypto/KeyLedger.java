package strata.tier.crypto;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.FormatException;
import strata.base.Metrics;
import strata.base.Printable;
import strata.base.Uid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys of studies, wrapped by the site key, kept at home in the data directory and on every
 * medium that holds sealed packs, so that either brings the other back. All rows are in memory,
 * about 300 bytes a study. Thread-safe.
 *
 * <p>Rows of one key from several media are joined: a shredded key stays shredded whatever an old
 * copy says, else the latest wrapping counts. So a medium that was away at a shredding loses the
 * key as soon as it is seen again.
 */
public final class KeyLedger {
    private static final Logger LOG = LoggerFactory.getLogger(KeyLedger.class);
    private static final String HOME = "home";
    private static final int MAX_FILE_BYTES = KeyBatch.MAX_KEYS * 256;

    private final SiteKeys siteKeys;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<KeyId, KeyEntry> entries = new HashMap<>();
    private final SortedMap<Integer, Map<KeyId, KeyEntry>> batches = new TreeMap<>();
    private final Map<Uid, KeyId> active = new HashMap<>();
    private final Map<String, Copy> copies = new LinkedHashMap<>();
    private final Map<Integer, Digest> digests = new HashMap<>();

    /** A medium, and the digest of what each of its files is known to hold. */
    private static final class Copy {
        private final KeyMedium medium;
        private final Map<Integer, Digest> held = new TreeMap<>();
        private boolean read;

        Copy(KeyMedium medium) {
            this.medium = medium;
        }
    }

    /**
     * How the ledger is.
     *
     * @param active keys that open something
     * @param shredded keys that were destroyed
     * @param old active keys that another than the current site key wraps
     * @param behind media that lack something that home has
     */
    public record Status(long active, long shredded, long old, List<String> behind) {}

    private KeyLedger(SiteKeys siteKeys, KeyMedium home, Clock clock) {
        this.siteKeys = siteKeys;
        this.clock = clock;
        copies.put(HOME, new Copy(home));
    }

    /** Opens the ledger at home, which may be empty; damaged files are taken from other media. */
    public static KeyLedger open(SiteKeys siteKeys, KeyMedium home, Metrics metrics, Clock clock)
            throws IOException {
        KeyLedger ledger = new KeyLedger(siteKeys, home, clock);
        ledger.attach(HOME, home);
        metrics.gauge(
                "strata_keys_active_keys",
                "Keys of studies that open sealed packs",
                () -> ledger.status().active());
        metrics.gauge(
                "strata_keys_behind_media",
                "Media whose copy of the key ledger lacks something",
                () -> ledger.status().behind().size());
        return ledger;
    }

    /**
     * Joins the ledger with the copy on a medium; both have everything on return. Repeated, it
     * reads the medium again and mends it.
     */
    public synchronized void attach(String name, KeyMedium medium) throws IOException {
        Copy copy = new Copy(medium);
        copies.put(name, copy);
        for (String file : copy.medium.names()) {
            OptionalInt number = KeyBatch.number(file);
            if (number.isPresent()) {
                join(copy, name + " " + file, file, number.getAsInt());
            }
        }
        copy.read = true;
        bringUp(copies.get(HOME));
        bringUp(copy);
    }

    private void join(Copy copy, String where, String file, int number) throws IOException {
        byte[] bytes = copy.medium.read(file, MAX_FILE_BYTES);
        try {
            KeyBatch.decode(bytes, number, where).forEach(this::enter);
            copy.held.put(number, Digest.ofBytes(bytes));
        } catch (CorruptDataException e) {
            LOG.error("keys: {}; they are taken from another medium", e.getMessage());
            batches.computeIfAbsent(number, n -> new LinkedHashMap<>());
        } catch (FormatException e) {
            if (e.kind() != FormatException.Kind.WRONG_FILE) {
                throw e;
            }
            LOG.error("keys: {}", e.getMessage());
        }
    }

    private void enter(KeyEntry found) {
        KeyEntry known = entries.get(found.id());
        KeyEntry joined = known == null ? found : known.or(found);
        // A key stays in the file in which it was met first.
        int batch = known == null ? found.batch() : known.batch();
        put(new KeyEntry(
                joined.id(),
                batch,
                joined.revision(),
                joined.siteKey(),
                joined.changed(),
                joined.wrapped()));
    }

    private void put(KeyEntry entry) {
        entries.put(entry.id(), entry);
        digests.remove(entry.batch());
        batches.computeIfAbsent(entry.batch(), n -> new LinkedHashMap<>()).put(entry.id(), entry);
        if (entry.shredded()) {
            active.values().removeIf(entry.id()::equals);
        } else {
            uid(entry).ifPresent(study -> active.merge(study, entry.id(), this::older));
        }
    }

    /** Two ledgers that grew apart may both have made a key; any will do, if all take the same. */
    private KeyId older(KeyId one, KeyId other) {
        return one.toString().compareTo(other.toString()) <= 0 ? one : other;
    }

    private Optional<Uid> uid(KeyEntry entry) {
        try {
            return unwrap(entry)
                    .map(plain -> new Uid(new String(
                            plain,
                            StudyKey.LENGTH_BYTES,
                            plain.length - StudyKey.LENGTH_BYTES,
                            StandardCharsets.US_ASCII)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("key {} cannot be unwrapped: {}", entry.id(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> unwrap(KeyEntry entry) throws IOException {
        Optional<SiteKey> with = siteKeys.find(entry.siteKey());
        if (with.isEmpty() || entry.wrapped().length < SiteKeys.NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(entry.wrapped(), SiteKeys.NONCE_BYTES);
        byte[] sealed =
                Arrays.copyOfRange(entry.wrapped(), SiteKeys.NONCE_BYTES, entry.wrapped().length);
        return SiteKeys.unwrap(
                with.get(),
                sealed,
                nonce,
                SiteKeys.associated(entry.id(), entry.siteKey(), entry.revision()));
    }

    private KeyEntry wrapped(KeyId id, int batch, int revision, byte[] plain) throws IOException {
        SiteKey with = siteKeys.current();
        byte[] nonce = new byte[SiteKeys.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed =
                SiteKeys.wrap(with, plain, nonce, SiteKeys.associated(id, with.number(), revision));
        byte[] whole = ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
        return new KeyEntry(id, batch, revision, with.number(), clock.instant(), whole);
    }

    /** The key that a study is sealed with from now on; a new one is durable at home on return. */
    public synchronized StudyKey forStudy(Uid study) throws IOException {
        KeyId known = active.get(study);
        if (known != null) {
            return key(known, "study");
        }
        byte[] secret = new byte[StudyKey.LENGTH_BYTES];
        random.nextBytes(secret);
        KeyId id = KeyId.random(random);
        byte[] uid = study.value().getBytes(StandardCharsets.US_ASCII);
        byte[] plain = ByteBuffer.allocate(secret.length + uid.length)
                .put(secret)
                .put(uid)
                .array();
        put(wrapped(id, openBatch(), 1, plain));
        bringUp(copies.get(HOME));
        return new StudyKey(id, secret);
    }

    private int openBatch() {
        if (batches.isEmpty()) {
            return 1;
        }
        int last = batches.lastKey();
        int size = batches.get(last).size();
        // One that is known to be there and gave no key is damaged: it is left as it is.
        return size == 0 || size >= KeyBatch.KEYS ? last + 1 : last;
    }

    /**
     * The key of that id.
     *
     * @param where names the file that needs it, for the message
     * @throws MissingKeyException when it was shredded or is not known
     */
    synchronized StudyKey key(KeyId id, String where) throws IOException {
        KeyEntry entry = entries.get(id);
        if (entry == null) {
            throw new MissingKeyException(
                    MissingKeyException.Kind.UNKNOWN,
                    where + " is sealed by key " + id + ", which is in no ledger that was found");
        }
        if (entry.shredded()) {
            throw new MissingKeyException(
                    MissingKeyException.Kind.SHREDDED,
                    where + " was sealed by key " + id + ", shredded at " + entry.changed());
        }
        byte[] plain = unwrap(entry)
                .orElseThrow(() -> new MissingKeyException(
                        MissingKeyException.Kind.UNKNOWN,
                        where + " needs key " + id + ", wrapped by site key "
                                + SiteKey.idOf(entry.siteKey()) + "; there is " + siteKeys));
        return new StudyKey(id, Arrays.copyOf(plain, StudyKey.LENGTH_BYTES));
    }

    /**
     * Sees to it that the medium has every key that home has: called before anything sealed is
     * written there.
     */
    public synchronized void bringUp(String name) throws IOException {
        Copy copy = copies.get(name);
        if (copy == null) {
            throw new IllegalArgumentException("no medium " + Printable.of(name) + " is attached");
        }
        if (copy.read) {
            bringUp(copy);
        } else {
            attach(name, copy.medium);
        }
    }

    private void bringUp(Copy copy) throws IOException {
        for (Map.Entry<Integer, Map<KeyId, KeyEntry>> batch : batches.entrySet()) {
            Collection<KeyEntry> rows = batch.getValue().values();
            if (rows.isEmpty()) {
                continue;
            }
            Digest digest = digests.computeIfAbsent(
                    batch.getKey(), n -> Digest.ofBytes(KeyBatch.encode(n, rows)));
            if (!digest.equals(copy.held.get(batch.getKey()))) {
                copy.medium.write(
                        KeyBatch.name(batch.getKey()), KeyBatch.encode(batch.getKey(), rows));
                copy.held.put(batch.getKey(), digest);
            }
        }
    }

    /**
     * Destroys the keys of a study: what they sealed, wherever a copy of it is, is noise from now
     * on. Who may ask for it is the caller's to judge.
     *
     * @return media that still have to hear of it; they do when they are there again
     * @throws IOException when home could not be written: then nothing is promised, repeat it
     */
    public synchronized List<String> shred(Uid study) throws IOException {
        for (KeyEntry entry : List.copyOf(entries.values())) {
            if (!entry.shredded() && uid(entry).filter(study::equals).isPresent()) {
                put(entry.shreddedAt(clock.instant()));
            }
        }
        bringUp(copies.get(HOME));
        return bringUpAll();
    }

    /** Whether the study has a key that is in use. */
    public synchronized boolean knows(Uid study) {
        return active.containsKey(study);
    }

    /**
     * Wraps every key by the current site key; no pack is touched.
     *
     * @return media that still have the old wrapping: an older site key is of use there yet
     */
    public synchronized List<String> rewrap() throws IOException {
        long current = siteKeys.current().number();
        for (KeyEntry entry : List.copyOf(entries.values())) {
            if (!entry.shredded() && entry.siteKey() != current) {
                Optional<byte[]> plain = unwrap(entry);
                if (plain.isPresent()) {
                    put(wrapped(entry.id(), entry.batch(), entry.revision() + 1, plain.get()));
                }
            }
        }
        bringUp(copies.get(HOME));
        return bringUpAll();
    }

    /** Reads every copy again and mends what is missing or damaged; the media out of reach. */
    public synchronized List<String> check() {
        List<String> away = new ArrayList<>();
        for (Map.Entry<String, Copy> each : Map.copyOf(copies).entrySet()) {
            try {
                attach(each.getKey(), each.getValue().medium);
            } catch (IOException e) {
                LOG.warn("keys on {}: {}", each.getKey(), e.getMessage());
                away.add(each.getKey());
            }
        }
        return away;
    }

    private List<String> bringUpAll() {
        List<String> behind = new ArrayList<>();
        for (String name : copies.keySet()) {
            try {
                bringUp(name);
            } catch (IOException e) {
                LOG.warn("keys on {} are behind: {}", name, e.getMessage());
                behind.add(name);
            }
        }
        return behind;
    }

    public synchronized Status status() {
        long shredded = entries.values().stream().filter(KeyEntry::shredded).count();
        long current = siteKeys.current().number();
        long old = entries.values().stream()
                .filter(e -> !e.shredded() && e.siteKey() != current)
                .count();
        List<String> behind = copies.entrySet().stream()
                .filter(e -> isBehind(e.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        return new Status(entries.size() - shredded, shredded, old, behind);
    }

    private boolean isBehind(Copy copy) {
        Map<Integer, Digest> home = copies.get(HOME).held;
        return !copy.read || !copy.held.equals(home);
    }
}
