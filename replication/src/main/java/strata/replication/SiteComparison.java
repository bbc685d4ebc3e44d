package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Printable;
import strata.base.Uid;
import strata.replication.KnownVersion.Standing;
import strata.store.ObjectReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what this site has with what another one has, and repairs in both directions. Sums over
 * ranges of studies are exchanged; where they differ the range is split, until the studies that
 * differ are known, and then their versions. No object is read, unless it is asked for. One thread.
 *
 * <p>What is on its way shows as a difference, which is gone the next time.
 */
public final class SiteComparison {
    private static final Logger LOG = LoggerFactory.getLogger(SiteComparison.class);
    private static final int BUFFER_BYTES = 256 << 10;

    /** Ranges of so many studies, of both sites together, are listed instead of split. */
    private static final long LISTED = 16;

    /** What to do beside comparing. */
    public enum Mode {
        DIFF,
        REPAIR
    }

    /** Takes the objects that the other site lacks, so that they are offered again. */
    public interface Missing {
        void offer(List<ObjectId> objects) throws IOException;
    }

    private final String site;
    private final ReplicaSink here;
    private final SiteFetcher fetcher;
    private final Missing missing;
    private final Mode mode;
    private final boolean deep;

    private final List<Difference> differences = new ArrayList<>();
    private final List<NoteDifference> noted = new ArrayList<>();
    private final List<ObjectId> toOffer = new ArrayList<>();
    private long found;
    private long repaired;
    private long checked;
    private int rounds;

    /** @param deep whether both sites read the bytes of everything they both have */
    SiteComparison(
            ReplicaSink here, SiteFetcher fetcher, Missing missing, Mode mode, boolean deep) {
        this.site = fetcher.siteName();
        this.here = here;
        this.fetcher = fetcher;
        this.missing = missing;
        this.mode = mode;
        this.deep = deep;
    }

    /** Runs once. */
    ComparisonReport run() throws IOException {
        StudyDigests digests = here.digests();
        RangeSum all = digests.sum(KeyRange.ALL);
        try (ComparingChannel there = fetcher.compare()) {
            Map<Uid, Frame.Study> theirs = new LinkedHashMap<>();
            Map<Uid, Frame.Study> ours = new LinkedHashMap<>();
            differing(digests, there, ours, theirs);
            List<Uid> studies = new ArrayList<>(ours.keySet());
            theirs.keySet().stream().filter(s -> !ours.containsKey(s)).forEach(studies::add);
            for (Uid study : studies) {
                Frame.Study mine = ours.get(study);
                Frame.Study other = theirs.get(study);
                boolean same = mine != null && other != null && mine.sum().equals(other.sum());
                if (!same || deep) {
                    compare(study, there);
                }
            }
            noted.addAll(new NoteExchange(site, here.notes(), there).run(mode));
            found += noted.size();
            repaired += noted.stream().filter(NoteDifference::repaired).count();
        }
        if (!toOffer.isEmpty()) {
            missing.offer(toOffer);
        }
        LOG.info(
                "site {}: compared {} studies in {} rounds: {} differences, {} repaired",
                site,
                all.studies(),
                rounds,
                found,
                repaired);
        return new ComparisonReport(
                site,
                all.studies(),
                all.versions(),
                rounds,
                List.copyOf(differences),
                found,
                repaired,
                checked,
                List.copyOf(noted));
    }

    /** Narrows down to the studies of ranges that differ; all of them when going deep. */
    private void differing(
            StudyDigests digests,
            ComparingChannel there,
            Map<Uid, Frame.Study> ours,
            Map<Uid, Frame.Study> theirs)
            throws IOException {
        ArrayDeque<KeyRange> open = new ArrayDeque<>(List.of(KeyRange.ALL));
        while (!open.isEmpty()) {
            List<KeyRange> asked = new ArrayList<>();
            while (!open.isEmpty() && asked.size() < FrameLimits.RANGES) {
                asked.add(open.remove());
            }
            List<RangeSum> answers = there.sums(asked);
            rounds++;
            for (int i = 0; i < asked.size(); i++) {
                KeyRange range = asked.get(i);
                RangeSum mine = digests.sum(range);
                RangeSum other = answers.get(i);
                if (mine.equals(other) && !deep) {
                    continue;
                }
                if (mine.studies() + other.studies() <= LISTED || range.isSingle()) {
                    digests.studies(range).forEach(s -> ours.put(s.study(), s));
                    there.studies(range).forEach(s -> theirs.put(s.study(), s));
                } else {
                    open.addAll(List.of(range.split()));
                }
            }
        }
    }

    private record Key(Uid instance, Digest digest) {
        static Key of(KnownVersion version) {
            return new Key(version.instance(), version.digest());
        }
    }

    private void compare(Uid study, ComparingChannel there) throws IOException {
        Map<Key, KnownVersion> ours = new HashMap<>();
        here.versions(study, version -> ours.merge(Key.of(version), version, this::nearer));
        Map<Key, KnownVersion> theirs = new LinkedHashMap<>();
        for (KnownVersion version : there.versions(study)) {
            theirs.merge(Key.of(version), version, this::nearer);
        }
        for (Map.Entry<Key, KnownVersion> each : theirs.entrySet()) {
            KnownVersion mine = ours.remove(each.getKey());
            if (mine == null) {
                missingHere(study, each.getValue());
            } else if (mine.standing() != each.getValue().standing()) {
                decidedOtherwise(study, mine, each.getValue(), there);
            } else if (deep && !mine.standing().isHidden()) {
                check(study, mine, there);
            }
        }
        for (KnownVersion mine : ours.values()) {
            missingThere(study, mine);
        }
    }

    /** Of the same bytes under two ids, the one that is in sight. */
    private KnownVersion nearer(KnownVersion a, KnownVersion b) {
        return a.standing().compareTo(b.standing()) <= 0 ? a : b;
    }

    private void note(Difference.Kind kind, Uid study, KnownVersion version, boolean repair) {
        found++;
        repaired += repair ? 1 : 0;
        if (differences.size() < ComparisonReport.MOST_LISTED) {
            differences.add(new Difference(kind, study, version.instance(), version.id()));
        }
    }

    private void missingHere(Uid study, KnownVersion version) throws IOException {
        if (!version.standing().isHidden()) {
            note(Difference.Kind.MISSING_HERE, study, version, repaired(() -> bring(version)));
        }
    }

    private void missingThere(Uid study, KnownVersion version) throws IOException {
        if (!version.standing().isHidden()) {
            note(
                    Difference.Kind.MISSING_THERE,
                    study,
                    version,
                    repaired(() -> toOffer.add(version.id())));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Whether the step was to be done and was. */
    private boolean repaired(Step step) throws IOException {
        if (mode == Mode.DIFF) {
            return false;
        }
        try {
            step.run();
            return true;
        } catch (ReplicationException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("site {}: not repaired: {}", site, e.getMessage());
            return false;
        }
    }

    /** Both are told of both decisions; the later one counts at both. */
    private void decidedOtherwise(
            Uid study, KnownVersion mine, KnownVersion other, ComparingChannel there)
            throws IOException {
        if (mine.standing() == Standing.PURGED || other.standing() == Standing.PURGED) {
            return; // Each site purges by its own rules.
        }
        note(Difference.Kind.DECIDED_OTHERWISE, study, mine, repaired(() -> {
            if (other.decision().isPresent()) {
                KnownVersion.Decided decided = other.decision().get();
                here.decide(
                        fetcher.peer(),
                        decided.id(),
                        Optional.of(other.digest()),
                        decided.attributes());
            }
            if (mine.decision().isPresent()) {
                there.decide(mine.decision().get(), mine.digest());
            }
        }));
    }

    private void bring(KnownVersion version) throws IOException {
        try (ObjectReader from = fetcher.open(new SiteFetcher.Wish(
                        version.id(),
                        version.digest(),
                        version.lengthBytes(),
                        Optional.of(version.instance())));
                ReplicaSink.Incoming to = here.begin(fetcher.peer(), new Brought(version), 0)) {
            ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES);
            while (from.read(part) >= 0) {
                to.write(part.flip());
                part.clear();
            }
            to.commit();
        }
        if (version.decision().isPresent()) {
            KnownVersion.Decided decided = version.decision().get();
            here.decide(
                    fetcher.peer(),
                    decided.id(),
                    Optional.of(version.digest()),
                    decided.attributes());
        }
    }

    private record Brought(KnownVersion version) implements ReplicaSink.Offered {
        @Override
        public ObjectId id() {
            return version.id();
        }

        @Override
        public Digest digest() {
            return version.digest();
        }

        @Override
        public long lengthBytes() {
            return version.lengthBytes();
        }

        @Override
        public byte[] attributes() {
            return version.attributes();
        }
    }

    private void check(Uid study, KnownVersion version, ComparingChannel there) throws IOException {
        checked++;
        if (!isReadable(version)) {
            note(Difference.Kind.DAMAGED_HERE, study, version, repaired(() -> bring(version)));
        }
        Optional<String> trouble = there.check(version);
        if (trouble.isPresent()) {
            LOG.warn("site {}: {}: {}", site, version.id(), Printable.of(trouble.get()));
            note(
                    Difference.Kind.DAMAGED_THERE,
                    study,
                    version,
                    repaired(() -> toOffer.add(version.id())));
        }
    }

    private boolean isReadable(KnownVersion version) throws IOException {
        try {
            Optional<ObjectReader> bytes =
                    here.open(version.id(), version.digest(), Optional.of(version.instance()));
            return bytes.isPresent() && CompareSession.read(bytes.get()).equals(version.digest());
        } catch (CorruptDataException e) {
            LOG.warn("{} is damaged here: {}", version.id(), e.getMessage());
            return false;
        }
    }
}
