package strata.policy.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.catalog.Availability;
import strata.catalog.Catalog;
import strata.catalog.CopyCount;
import strata.catalog.IndexedVersionCursor;
import strata.catalog.Location;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.catalog.StudyCursor;
import strata.catalog.StudySummary;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.policy.language.AccessFacts;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
import strata.policy.language.Policy;
import strata.policy.language.RouteFacts;
import strata.policy.language.SeriesFacts;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.lifecycle.routing.RouteBook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Facts from the catalog.
 *
 * <p>A run over all studies reads one row for each, and the versions of some: of those with
 * conflicts, whose bytes must be safe too before a copy counts as complete; of those whose hot copy
 * is there but not verified, as after a rebuild; of those that a peer has a part of; and of all
 * when the policy asks for what only versions know (who sent them, when each copy was verified).
 * Series are asked for when it reads them. Thread-safe.
 */
public final class CatalogFacts implements StudySource, Retention.KeptStudies {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogFacts.class);
    private static final Set<String> FROM_VERSIONS =
            Set.of("study.callingAe", "copies.lastVerified");
    private static final String TIER = Location.tier("");
    private static final String SITE = Location.site("");

    private final Catalog catalog;
    private final Supplier<TierFacts> tiers;
    private final KeepingBook book;
    private final Optional<RouteBook> routed;

    /** Stays so once some rules read facts of series: every study then carries them. */
    private volatile boolean readsSeries;

    /**
     * @param tiers from whoever measures the fill
     * @param book which studies are held
     */
    public CatalogFacts(Catalog catalog, Supplier<TierFacts> tiers, KeepingBook book) {
        this(catalog, tiers, book, Optional.empty());
    }

    /** @param routed what peers have got; empty: nothing is routed here */
    public CatalogFacts(
            Catalog catalog,
            Supplier<TierFacts> tiers,
            KeepingBook book,
            Optional<RouteBook> routed) {
        this.routed = routed;
        this.catalog = catalog;
        this.tiers = tiers;
        this.book = book;
    }

    @Override
    public void onChange(Consumer<Set<Uid>> listener) {
        catalog.availabilityChanges().listenToAny(listener);
        book.onChange(listener);
        routed.ifPresent(each -> each.onChange(listener));
    }

    @Override
    public Optional<StudyFacts> kept(Uid study) throws IOException {
        KeptCensus census = new KeptCensus(study);
        try (IndexedVersionCursor versions = catalog.indexedStudy(study)) {
            while (versions.hasNext()) {
                census.add(versions.next());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return census.facts();
    }

    @Override
    public TierFacts tiers() {
        return tiers.get();
    }

    @Override
    public Optional<StudyFacts> study(Uid uid) throws IOException {
        Optional<StudySummary> summary = catalog.summary(uid);
        return summary.isEmpty() ? Optional.empty() : Optional.of(detailed(summary.get()));
    }

    @Override
    public Studies studies(Policy policy) throws IOException {
        readsSeries |= policy.rules().stream().anyMatch(r -> r.when().facts().contains("series"));
        boolean detail = policy.rules().stream()
                .flatMap(r -> r.when().facts().stream())
                .anyMatch(FROM_VERSIONS::contains);
        Set<Uid> conflicted = new HashSet<>();
        try (VersionCursor conflicts = catalog.conflicts()) {
            conflicts.forEachRemaining(v -> conflicted.add(v.key().study()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new Run(catalog.studies(), detail, conflicted);
    }

    @Override
    public Studies deleted() throws IOException {
        Set<Uid> uids = new LinkedHashSet<>();
        try (VersionCursor versions = catalog.deleted()) {
            versions.forEachRemaining(v -> uids.add(v.key().study()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<StudyFacts> gone = new ArrayList<>();
        for (Uid uid : uids) {
            if (catalog.summary(uid).isEmpty()) {
                kept(uid).ifPresent(gone::add);
            }
        }
        return Studies.of(gone);
    }

    private StudyFacts detailed(StudySummary summary) throws IOException {
        CopyCensus census = new CopyCensus();
        List<RouteBook.Left> left =
                routed.map(each -> each.left(summary.study())).orElse(List.of());
        try (VersionCursor versions = catalog.study(summary.study())) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                census.add(version);
                left.forEach(each -> each.add(version));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return facts(summary, census.sources(), census.copies())
                .withRoutes(left.stream()
                        .map(each -> new RouteFacts(each.peer(), each.instances(), each.bytes()))
                        .toList());
    }

    /** Facts from the summary alone: sources and times of verification stay unknown. */
    StudyFacts brief(StudySummary summary) throws IOException {
        List<CopyFacts> copies = new ArrayList<>();
        for (Map.Entry<String, CopyCount> held : summary.verifiedCopies().entrySet()) {
            CopyState state =
                    summary.whollyAt(held.getKey()) ? CopyState.VERIFIED : CopyState.PARTIAL;
            copies.add(new CopyFacts(
                    place(held.getKey()), state, held.getValue().bytes(), Optional.empty()));
        }
        List<String> peers = routed.flatMap(each -> each.complete(summary)).orElse(List.of());
        return facts(summary, List.of(), copies)
                .withRoutes(peers.stream().map(p -> new RouteFacts(p, 0, 0)).toList());
    }

    /** The facts of a series from its keys. */
    static SeriesFacts series(DataSet keys, long instances) {
        return new SeriesFacts(
                text(keys.string(Tag.Modality).orElse("")),
                text(keys.string(Tag.BodyPartExamined).orElse("")),
                text(keys.string(Tag.SeriesDescription).orElse("")),
                instances);
    }

    private List<SeriesFacts> series(Uid study) throws IOException {
        DataSet keys = new DataSet()
                .putUid(Tag.StudyInstanceUID, study)
                .putEmpty(Tag.SeriesInstanceUID, Vr.UI)
                .putEmpty(Tag.Modality, Vr.CS)
                .putEmpty(Tag.BodyPartExamined, Vr.CS)
                .putEmpty(Tag.SeriesDescription, Vr.LO)
                .putEmpty(Tag.NumberOfSeriesRelatedInstances, Vr.IS);
        QuerySpec asked = new QuerySpec(QueryRoot.STUDY, QueryLevel.SERIES, keys, false);
        List<SeriesFacts> found = new ArrayList<>();
        try (QueryCursor answers = catalog.query(asked)) {
            while (answers.hasNext() && found.size() <= SeriesFacts.MOST) {
                DataSet answer = answers.next();
                String count = answer.string(Tag.NumberOfSeriesRelatedInstances).orElse("0");
                found.add(series(answer, Long.parseLong(count.strip())));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private StudyFacts facts(StudySummary summary, List<AeTitle> sources, List<CopyFacts> copies)
            throws IOException {
        Optional<LocalDate> date = date(summary.studyDate());
        StudyAttributes attributes = new StudyAttributes(
                summary.modalities(),
                summary.bodyParts(),
                text(summary.description()),
                text(summary.institution()),
                sources,
                date,
                age(date(summary.patientBirthDate()), date),
                date(summary.patientBirthDate()),
                Optional.of(summary.availability().name().toLowerCase(Locale.ROOT)));
        return new StudyFacts(
                summary.study(),
                readsSeries ? attributes.withSeries(series(summary.study())) : attributes,
                summary.bytes(),
                (int) Math.min(Integer.MAX_VALUE, summary.seriesCount()),
                (int) Math.min(Integer.MAX_VALUE, summary.instanceCount()),
                summary.firstReceivedAt(),
                summary.lastReceivedAt(),
                new AccessFacts(summary.lastAccess(), summary.hits()),
                copies,
                book.cases(summary.study()));
    }

    /** Online although not all of it is verified in the hot tier, as after a rebuild. */
    private static boolean hasUnverifiedHot(StudySummary summary) {
        return summary.availability() == Availability.ONLINE && !summary.whollyAt(Location.HOT);
    }

    private boolean isPartlyRouted(StudySummary summary) {
        return routed.isPresent() && routed.get().complete(summary).isEmpty();
    }

    /** The place that a holder of the catalog's counts stands for. */
    static CopyPlace place(String holder) {
        if (holder.startsWith(TIER)) {
            return new CopyPlace.Tier(holder.substring(TIER.length()));
        }
        return holder.startsWith(SITE)
                ? new CopyPlace.Site(holder.substring(SITE.length()))
                : new CopyPlace.Tier(holder);
    }

    static Optional<String> text(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    static Optional<LocalDate> date(String value) {
        try {
            return value.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LocalDate.parse(value, DateTimeFormatter.BASIC_ISO_DATE));
        } catch (DateTimeException e) {
            // Senders write all kinds of things there: such a date is not known.
            return Optional.empty();
        }
    }

    static OptionalInt age(Optional<LocalDate> birth, Optional<LocalDate> study) {
        if (birth.isEmpty() || study.isEmpty() || study.get().isBefore(birth.get())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) ChronoUnit.YEARS.between(birth.get(), study.get()));
    }

    /** A run over the studies of the catalog as it was when it was opened. */
    private final class Run implements Studies {
        private final StudyCursor cursor;
        private final boolean detail;
        private final Set<Uid> conflicted;
        private StudyFacts next;

        Run(StudyCursor cursor, boolean detail, Set<Uid> conflicted) {
            this.cursor = cursor;
            this.detail = detail;
            this.conflicted = conflicted;
        }

        @Override
        public boolean hasNext() {
            while (next == null && cursor.hasNext()) {
                StudySummary summary = cursor.next();
                try {
                    boolean versions = detail
                            || conflicted.contains(summary.study())
                            || hasUnverifiedHot(summary)
                            || isPartlyRouted(summary);
                    next = versions ? detailed(summary) : brief(summary);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (IllegalArgumentException e) {
                    // One odd study must not stop the lifecycle of all others.
                    LOG.error("study {} has facts that cannot be; left out", summary.study(), e);
                }
            }
            return next != null;
        }

        @Override
        public StudyFacts next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            StudyFacts found = next;
            next = null;
            return found;
        }

        @Override
        public void close() {
            cursor.close();
        }
    }
}
