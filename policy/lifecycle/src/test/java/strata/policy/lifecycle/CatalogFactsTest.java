package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import static strata.policy.lifecycle.Samples.DR;
import static strata.policy.lifecycle.Samples.HOT;
import static strata.policy.lifecycle.Samples.LONGTERM;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Await;
import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.InstanceKey;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
import strata.policy.language.Policy;
import strata.policy.language.RouteFacts;
import strata.policy.language.SeriesFacts;
import strata.policy.language.StudyFacts;
import strata.policy.lifecycle.routing.RouteBook;
import strata.policy.lifecycle.routing.RouteOptions;
import strata.policy.lifecycle.routing.RouteQueue;
import strata.policy.lifecycle.routing.SendStudy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

class CatalogFactsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Policy BRIEF =
            Samples.policy(Samples.rule("r", "true", "{ place: longterm }"));
    private static final Policy DETAILED =
            Samples.policy(Samples.rule("r", "\"CT1\" in study.callingAe", "{ place: longterm }"));

    @TempDir
    Path directory;

    private Catalog catalog;
    private CatalogFacts facts;
    private long sequence;

    @BeforeEach
    void open() throws IOException {
        catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none());
        facts = new CatalogFacts(catalog, () -> Samples.tiers(500), KeepingBook.none());
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    private void put(int study, int instance, VersionState state, Placement... placements)
            throws IOException {
        Uid studyUid = new Uid("1.2." + study);
        InstanceKey key = new InstanceKey(
                studyUid,
                new Uid("1.2." + study + ".1"),
                new Uid("1.2." + study + ".1." + instance));
        sequence++;
        VersionEntry entry = new VersionEntry(
                new ObjectId(new SiteId(7), sequence),
                key,
                new Uid("1.2.840.10008.5.1.4.1.1.2"),
                new Uid("1.2.840.10008.1.2.1"),
                Digest.ofBytes(new byte[] {(byte) sequence}),
                1_000,
                START.plusSeconds(sequence),
                Optional.of(new AeTitle("CT1")),
                state,
                List.of(placements));
        DataSet keys = new DataSet()
                .putUid(Tag.StudyInstanceUID, key.study())
                .putUid(Tag.SeriesInstanceUID, key.series())
                .putUid(Tag.SOPInstanceUID, key.instance())
                .putUid(Tag.SOPClassUID, entry.sopClass())
                .putString(Tag.PatientBirthDate, Vr.DA, "19800615")
                .putString(Tag.StudyDate, Vr.DA, "20260102")
                .putString(Tag.StudyDescription, Vr.LO, "Thorax")
                .putString(Tag.BodyPartExamined, Vr.CS, "CHEST")
                .putString(Tag.Modality, Vr.CS, "CT");
        catalog.apply(catalog.batch().putVersion(entry, keys));
    }

    private static Placement hot(PlacementState state) {
        return new Placement(new SegmentLocation(1, 5), state, START);
    }

    private static Placement pack(Instant verified) {
        return new Placement(
                new PackLocation("longterm", "pack-1", 3), PlacementState.VERIFIED, verified);
    }

    private List<StudyFacts> run(Policy policy) throws IOException {
        List<StudyFacts> all = new ArrayList<>();
        try (StudySource.Studies studies = facts.studies(policy)) {
            studies.forEachRemaining(all::add);
        }
        return all;
    }

    private static CopyState state(StudyFacts study, CopyPlace place) {
        return study.copy(place).orElseThrow().state();
    }

    @Test
    void aStudyHasTheFactsOfItsSummary() throws Exception {
        Placement replica = new Placement(new SiteLocation("dr"), PlacementState.VERIFIED, START);
        put(1, 1, VersionState.CURRENT, hot(PlacementState.VERIFIED), replica, pack(START));
        put(1, 2, VersionState.CURRENT, hot(PlacementState.VERIFIED), replica);
        StudyFacts brief = run(BRIEF).get(0);
        assertEquals(new Uid("1.2.1"), brief.uid());
        assertEquals(2_000, brief.bytes());
        assertEquals(1, brief.series());
        assertEquals(2, brief.instances());
        assertEquals(List.of("CT"), brief.attributes().modalities());
        assertEquals(List.of("CHEST"), brief.attributes().bodyParts());
        assertEquals(Optional.of("Thorax"), brief.attributes().description());
        assertEquals(Optional.of(LocalDate.of(2026, 1, 2)), brief.attributes().date());
        assertEquals(OptionalInt.of(45), brief.attributes().patientAgeYears());
        assertEquals(START.plusSeconds(1), brief.receivedFirst());
        assertEquals(START.plusSeconds(2), brief.receivedLast());
        assertEquals(CopyState.VERIFIED, state(brief, HOT));
        assertEquals(CopyState.VERIFIED, state(brief, DR));
        assertEquals(CopyState.PARTIAL, state(brief, LONGTERM));
        assertEquals(1_000, brief.copy(LONGTERM).orElseThrow().bytes());
        assertEquals(List.of(), brief.attributes().sources());
    }

    @Test
    void versionsAreReadWhereThePolicyAsksForThem() throws Exception {
        put(1, 1, VersionState.CURRENT, hot(PlacementState.VERIFIED), pack(START.plusSeconds(9)));
        put(1, 2, VersionState.CURRENT, hot(PlacementState.VERIFIED), pack(START.plusSeconds(5)));
        StudyFacts detailed = run(DETAILED).get(0);
        assertEquals(List.of(new AeTitle("CT1")), detailed.attributes().sources());
        assertEquals(
                Optional.of(START.plusSeconds(5)),
                detailed.copy(LONGTERM).orElseThrow().lastVerified());
        assertEquals(Optional.of(detailed), facts.study(new Uid("1.2.1")));
        assertFalse(facts.study(new Uid("1.2.9")).isPresent());
        StudyFacts brief = run(BRIEF).get(0);
        assertEquals(Optional.empty(), brief.copy(LONGTERM).orElseThrow().lastVerified());
    }

    @Test
    void aPlaceWithoutTheConflictsIsNoCompleteCopy() throws Exception {
        put(1, 1, VersionState.CURRENT, hot(PlacementState.VERIFIED), pack(START));
        put(1, 1, VersionState.CONFLICT, hot(PlacementState.VERIFIED));
        StudyFacts study = run(BRIEF).get(0);
        assertEquals(CopyState.VERIFIED, state(study, HOT));
        assertEquals(CopyState.PARTIAL, state(study, LONGTERM));
    }

    @Test
    void unverifiedAndDamagedHotCopiesAreSeen() throws Exception {
        put(1, 1, VersionState.CURRENT, hot(PlacementState.UNVERIFIED), pack(START));
        put(2, 1, VersionState.CURRENT, hot(PlacementState.DAMAGED), pack(START));
        List<StudyFacts> studies = run(BRIEF);
        assertEquals(CopyState.UNVERIFIED, state(studies.get(0), HOT));
        assertFalse(studies.get(1).hasVerified(HOT));
        assertEquals(CopyState.DAMAGED, state(facts.study(new Uid("1.2.2")).orElseThrow(), HOT));
    }

    @Test
    void seriesAreThereForRulesThatReadThem() throws Exception {
        put(1, 1, VersionState.CURRENT, hot(PlacementState.VERIFIED));
        put(1, 2, VersionState.CURRENT, hot(PlacementState.VERIFIED));
        assertEquals(Optional.empty(), run(BRIEF).get(0).attributes().series());
        Policy reads = Samples.policy(
                Samples.rule("r", "series.exists(s, s.modality == \"CT\")", "{ place: longterm }"));
        Optional<List<SeriesFacts>> series = Optional.of(List.of(
                new SeriesFacts(Optional.of("CT"), Optional.of("CHEST"), Optional.empty(), 2)));
        assertEquals(series, run(reads).get(0).attributes().series());
        Uid study = new Uid("1.2.1");
        assertEquals(series, facts.study(study).orElseThrow().attributes().series());
        assertEquals(series, facts.kept(study).orElseThrow().attributes().series());
    }

    @Test
    void whatPeersHaveIsSeenInARunAndInOneStudy() throws Exception {
        Path file = directory.resolve("routed");
        put(1, 1, VersionState.CURRENT, hot(PlacementState.VERIFIED));
        put(2, 1, VersionState.CURRENT, hot(PlacementState.VERIFIED));
        try (RouteBook book = RouteBook.open(new LocalDisk(), file, Metrics.none());
                RouteQueue queue = new RouteQueue(
                        catalog,
                        book,
                        (peer, versions, stop) -> new SendStudy.Sent(
                                versions.stream().map(VersionEntry::id).collect(Collectors.toSet()),
                                Set.of(),
                                true,
                                ""),
                        (study, peer) -> true,
                        null,
                        RouteOptions.DEFAULT,
                        Clock.systemUTC(),
                        Metrics.none(),
                        Audit.none())) {
            facts = new CatalogFacts(
                    catalog, () -> Samples.tiers(500), KeepingBook.none(), Optional.of(book));
            Set<Uid> changed = ConcurrentHashMap.newKeySet();
            facts.onChange(changed::addAll);
            queue.ask(new Uid("1.2.1"), "READER1");
            Await.until("it is sent", Duration.ofSeconds(60), () -> queue.list().isEmpty());
            assertEquals(Set.of(new Uid("1.2.1")), changed);
            List<StudyFacts> brief = run(BRIEF);
            assertEquals(List.of(new RouteFacts("READER1", 0, 0)), brief.get(0).routes());
            assertEquals(List.of(), brief.get(1).routes());
            assertEquals(brief.get(0).routes(), run(DETAILED).get(0).routes());
            put(1, 2, VersionState.CURRENT, hot(PlacementState.VERIFIED));
            List<RouteFacts> one = List.of(new RouteFacts("READER1", 1, 1_000));
            assertEquals(one, run(BRIEF).get(0).routes(), "a late instance is seen");
            assertEquals(one, facts.study(new Uid("1.2.1")).orElseThrow().routes());
        }
    }
}
