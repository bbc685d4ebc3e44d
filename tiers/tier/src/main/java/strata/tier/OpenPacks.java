package strata.tier;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the packs that were read last open, so that a study whose instances lie in one pack opens
 * it once. Thread-safe; a pack is opened outside the lock.
 */
final class OpenPacks implements Closeable {
    private final Tier tier;
    private final int most;
    private final Map<String, Lease> idleOrShared = new LinkedHashMap<>(16, 0.75f, true);

    /** @param most packs kept open while nobody reads them */
    OpenPacks(Tier tier, int most) {
        this.tier = tier;
        this.most = most;
    }

    /** An open pack with the number of its readers, guarded by the cache's lock. */
    final class Lease {
        private final String name;
        private final PackReader reader;
        private int users = 1;
        private boolean cached;

        private Lease(String name, PackReader reader) {
            this.name = name;
            this.reader = reader;
        }

        PackReader reader() {
            return reader;
        }

        /** Ends one use. */
        void release() throws IOException {
            boolean last;
            synchronized (OpenPacks.this) {
                users--;
                last = users == 0 && !cached;
            }
            if (last) {
                reader.close();
            }
        }

        /** Makes the next use open the pack anew: it may have been damaged and replaced. */
        void forget() {
            synchronized (OpenPacks.this) {
                if (cached) {
                    cached = false;
                    idleOrShared.remove(name);
                }
            }
        }
    }

    /** Opens a pack or shares it; to be released. */
    Lease lease(String name) throws IOException {
        synchronized (this) {
            Lease known = idleOrShared.get(name);
            if (known != null) {
                known.users++;
                return known;
            }
        }
        Lease opened = new Lease(name, tier.open(name));
        List<Lease> surplus;
        synchronized (this) {
            if (!idleOrShared.containsKey(name)) {
                idleOrShared.put(name, opened);
                opened.cached = true;
            }
            surplus = takeSurplus();
        }
        for (Lease lease : surplus) {
            lease.reader.close();
        }
        return opened;
    }

    private List<Lease> takeSurplus() {
        List<Lease> surplus = new ArrayList<>();
        Iterator<Lease> eldestFirst = idleOrShared.values().iterator();
        while (idleOrShared.size() > most && eldestFirst.hasNext()) {
            Lease lease = eldestFirst.next();
            if (lease.users == 0) {
                eldestFirst.remove();
                lease.cached = false;
                surplus.add(lease);
            }
        }
        return surplus;
    }

    /** Closes what nobody reads; the rest closes with its last reader. */
    @Override
    public void close() throws IOException {
        Map<String, Lease> all;
        synchronized (this) {
            all = new HashMap<>(idleOrShared);
            idleOrShared.clear();
            all.values().forEach(lease -> lease.cached = false);
            all.values().removeIf(lease -> lease.users > 0);
        }
        for (Lease lease : all.values()) {
            lease.reader.close();
        }
    }
}
