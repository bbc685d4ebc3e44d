package strata.policy.prefetch;

import strata.base.Uid;
import strata.catalog.PatientId;
import strata.policy.language.AccessFacts;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
import strata.policy.language.Policy;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/**
 * How many of the priors that readers open were brought back before, under given rules: years of a
 * made-up hospital, with the rules' own evaluation. Same seed, same figures.
 *
 * <p>The pattern of access follows what is published of picture archives: a minority of patients
 * has most examinations, since they are followed up for one body part, mostly by the modality of
 * the last time and at intervals of weeks to a year; the wish for a prior falls with its age, a
 * half after about a year and a half; nearly every reader opens the last comparable study, fewer a
 * second and third, some one of another modality of the same region, and now and then anything. An
 * order tells modality and body part, one in {@value #SILENT_ORDERS} neither part; one in
 * {@value #CALLED_OFF} is called off after its priors came.
 */
final class PriorSimulation {
    private static final int SILENT_ORDERS = 8;
    private static final int CALLED_OFF = 15;
    private static final Duration HOT_FOR = Duration.ofDays(30);
    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");

    /** Modality, body part, weight, and megabytes of a study. */
    private record Kind(String modality, String bodyPart, int weight, int megabytes) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("CR", "CHEST", 26, 16),
            new Kind("CR", "HAND", 9, 12),
            new Kind("CR", "KNEE", 9, 12),
            new Kind("CT", "CHEST", 12, 250),
            new Kind("CT", "ABDOMEN", 12, 350),
            new Kind("CT", "HEAD", 9, 120),
            new Kind("MR", "HEAD", 8, 200),
            new Kind("MR", "KNEE", 5, 150),
            new Kind("US", "ABDOMEN", 9, 40),
            new Kind("MG", "BREAST", 6, 120),
            new Kind("NM", "HEART", 2, 10));

    /**
     * What came of it.
     *
     * @param examinations that took place
     * @param opened cold priors that readers opened; those that were hot anyway are not counted
     * @param hits of these, brought back before
     * @param recalledBytes brought back
     * @param vainBytes of these, for studies that nobody opened, those for what was called off too
     */
    record Result(
            long examinations,
            long calledOff,
            long opened,
            long hits,
            long recalledStudies,
            long recalledBytes,
            long vainBytes) {
        /** Hits of what was opened, 0 to 1. */
        double hitRate() {
            return opened == 0 ? 0 : (double) hits / opened;
        }

        /** Bytes brought back for nobody of all that were, 0 to 1. */
        double vainShare() {
            return recalledBytes == 0 ? 0 : (double) vainBytes / recalledBytes;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d examinations, %d called off; cold priors opened %d, brought back before %d:"
                            + " hit rate %.1f %%; recalled %d studies, %.1f GB, in vain %.1f GB"
                            + " (%.1f %%)",
                    examinations,
                    calledOff,
                    opened,
                    hits,
                    100 * hitRate(),
                    recalledStudies,
                    recalledBytes / 1e9,
                    vainBytes / 1e9,
                    100 * vainShare());
        }
    }

    private record Visit(Instant at, int patient, Kind kind) {}

    private final Policy policy;
    private final Random random;
    private final Map<Integer, List<StudyFacts>> archive = new HashMap<>();
    private long nextStudy;
    private long examinations;
    private long calledOff;
    private long opened;
    private long hits;
    private long recalledStudies;
    private long recalledBytes;
    private long vainBytes;

    private PriorSimulation(Policy policy, long seed) {
        this.policy = policy;
        this.random = new Random(seed);
    }

    /**
     * @param policy whose rules prefetch to the tier hot
     * @param patients each with one examination or a history of them, over five years
     */
    static Result run(Policy policy, int patients, long seed) {
        return new PriorSimulation(policy, seed).run(patients);
    }

    private Result run(int patients) {
        List<Visit> visits = new ArrayList<>();
        for (int patient = 0; patient < patients; patient++) {
            history(patient, visits);
        }
        visits.sort((a, b) -> a.at.compareTo(b.at));
        visits.forEach(this::examine);
        return new Result(
                examinations, calledOff, opened, hits, recalledStudies, recalledBytes, vainBytes);
    }

    /** A third of the patients is followed up, at growing or steady intervals. */
    private void history(int patient, List<Visit> visits) {
        Kind main = kind();
        Instant at = START.plus(days(5 * 365));
        int most = random.nextInt(3) > 0 ? 1 + random.nextInt(2) : 3 + random.nextInt(12);
        for (int i = 0; i < most; i++) {
            Kind kind = random.nextInt(10) < 6
                    ? main
                    : random.nextInt(10) < 5 ? sameRegion(main) : kind();
            visits.add(new Visit(at, patient, kind));
            at = at.plus(Duration.ofDays(14)).plus(days(random.nextInt(3) == 0 ? 400 : 120));
        }
    }

    private Duration days(int most) {
        return Duration.ofMinutes(random.nextInt(most * 24 * 60));
    }

    private Kind kind() {
        int at = random.nextInt(KINDS.stream().mapToInt(Kind::weight).sum());
        for (Kind each : KINDS) {
            at -= each.weight;
            if (at < 0) {
                return each;
            }
        }
        throw new IllegalStateException("weights add up");
    }

    private Kind sameRegion(Kind as) {
        List<Kind> same =
                KINDS.stream().filter(each -> each.bodyPart.equals(as.bodyPart)).toList();
        return same.get(random.nextInt(same.size()));
    }

    private void examine(Visit visit) {
        List<StudyFacts> priors = archive.computeIfAbsent(visit.patient, p -> new ArrayList<>());
        Set<Uid> back = new HashSet<>();
        boolean silent = random.nextInt(SILENT_ORDERS) == 0;
        Appointment appointment = new Appointment(
                "order/" + visit.patient,
                new PatientId("P" + visit.patient, ""),
                Optional.of(visit.kind.modality),
                silent ? List.of() : List.of(visit.kind.bodyPart),
                Optional.of(visit.at),
                visit.at);
        Instant before = visit.at.minus(PrefetchOptions.DEFAULT.ahead());
        for (Prior prior : ChoosePriors.of(
                policy, "hot", appointment, priors, new TierFacts(Map.of()), before)) {
            StudyFacts study = priors.stream()
                    .filter(each -> each.uid().equals(prior.study()))
                    .findFirst()
                    .orElseThrow();
            if (isCold(study, visit.at)) {
                back.add(prior.study());
                recalledStudies++;
                recalledBytes += prior.bytes();
                vainBytes += prior.bytes();
            }
        }
        if (random.nextInt(CALLED_OFF) == 0) {
            calledOff++;
            return;
        }
        examinations++;
        read(visit, priors, back);
        priors.add(stored(visit));
    }

    /** What the reader opens, the latest first. */
    private void read(Visit visit, List<StudyFacts> priors, Set<Uid> back) {
        int comparable = 0;
        for (int i = priors.size() - 1; i >= 0; i--) {
            StudyFacts prior = priors.get(i);
            boolean part = prior.attributes().bodyParts().contains(visit.kind.bodyPart);
            boolean same = part && prior.attributes().modalities().contains(visit.kind.modality);
            double age = Duration.between(prior.receivedLast(), visit.at).toDays() / 550.0;
            double wish = Math.pow(0.5, age);
            if (same) {
                wish *= comparable == 0 ? 1.3 : comparable == 1 ? 0.6 : 0.3;
                comparable++;
            } else {
                wish *= part ? 0.5 : 0.06;
            }
            if (random.nextDouble() < wish && isCold(prior, visit.at)) {
                opened++;
                if (back.remove(prior.uid())) {
                    hits++;
                    vainBytes -= prior.bytes();
                }
            }
        }
    }

    private static boolean isCold(StudyFacts study, Instant at) {
        return study.receivedLast().plus(HOT_FOR).isBefore(at);
    }

    private StudyFacts stored(Visit visit) {
        long bytes = (long) (visit.kind.megabytes * 1e6 * (0.5 + random.nextDouble()));
        StudyAttributes attributes = new StudyAttributes(
                List.of(visit.kind.modality),
                List.of(visit.kind.bodyPart),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of(LocalDate.ofInstant(visit.at, ZoneOffset.UTC)),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
        return new StudyFacts(
                new Uid("2.25." + ++nextStudy),
                attributes,
                bytes,
                1,
                1,
                visit.at,
                visit.at,
                new AccessFacts(Optional.empty(), 0),
                List.of(new CopyFacts(
                        new CopyPlace.Tier("longterm"),
                        CopyState.VERIFIED,
                        bytes,
                        Optional.empty())));
    }
}
