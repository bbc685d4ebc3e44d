package strata.policy.language;

import strata.base.AeTitle;
import strata.base.Uid;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * Tells whether a condition is true of every study, by asking it about many different ones: small
 * and huge, new and old, never and often used, of all kinds, in empty and full tiers. All of them
 * have a verified copy in every tier and at every site, since that such copies come first is what
 * every removal asks for anyway.
 */
final class MatchesAll {
    private static final int STUDIES = 200;
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final List<List<String>> KINDS =
            List.of(List.of(), List.of("CT"), List.of("MR", "SR"), List.of("CR"), List.of("OT"));

    private MatchesAll() {}

    static boolean holds(Rule rule, KnownNames names) {
        Random random = new Random(1);
        for (int i = 0; i < STUDIES; i++) {
            Facts facts = new Facts(study(random, names), tiers(random, names), time(random));
            if (rule.matches(facts) != Outcome.TRUE) {
                return false;
            }
        }
        return true;
    }

    private static Instant time(Random random) {
        return NOW.plus(Duration.ofHours(random.nextInt(24 * 366)));
    }

    private static StudyFacts study(Random random, KnownNames names) {
        Instant received = NOW.minus(scaled(random, 9.2), java.time.temporal.ChronoUnit.SECONDS);
        boolean described = random.nextBoolean();
        StudyAttributes about = new StudyAttributes(
                        KINDS.get(random.nextInt(KINDS.size())),
                        described ? List.of("CHEST") : List.of(),
                        described ? Optional.of("d" + random.nextInt(9)) : Optional.empty(),
                        described ? Optional.of("i" + random.nextInt(9)) : Optional.empty(),
                        List.of(new AeTitle("AE" + random.nextInt(9))),
                        described
                                ? Optional.of(LocalDate.ofEpochDay(random.nextInt(20_000)))
                                : Optional.empty(),
                        described ? OptionalInt.of(random.nextInt(100)) : OptionalInt.empty(),
                        described
                                ? Optional.of(LocalDate.ofEpochDay(random.nextInt(20_000) - 10_000))
                                : Optional.empty(),
                        Optional.of(random.nextBoolean() ? "online" : "nearline"))
                .withSeries(series(random));
        long hits = random.nextInt(3) == 0 ? 0 : scaled(random, 4);
        AccessFacts access = hits == 0
                ? AccessFacts.NEVER
                : new AccessFacts(Optional.of(received.plusSeconds(hits)), hits);
        int instances = (int) scaled(random, 5);
        return new StudyFacts(
                new Uid("1.2." + random.nextInt(1_000_000)),
                about,
                scaled(random, 12),
                1 + instances / 50,
                instances,
                received,
                received,
                access,
                copies(names));
    }

    private static List<SeriesFacts> series(Random random) {
        List<SeriesFacts> series = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            series.add(new SeriesFacts(
                    KINDS.get(random.nextInt(KINDS.size())).stream().findFirst(),
                    random.nextBoolean() ? Optional.of("CHEST") : Optional.empty(),
                    random.nextBoolean() ? Optional.of("s" + i) : Optional.empty(),
                    scaled(random, 4)));
        }
        return series;
    }

    /** A positive number whose order of magnitude is drawn, up to ten to the power. */
    private static long scaled(Random random, double power) {
        return (long) Math.pow(10, random.nextDouble() * power);
    }

    private static List<CopyFacts> copies(KnownNames names) {
        List<CopyFacts> copies = new ArrayList<>();
        for (String tier : names.tiers()) {
            copies.add(copy(new CopyPlace.Tier(tier)));
        }
        for (String site : names.sites()) {
            copies.add(copy(new CopyPlace.Site(site)));
        }
        return copies;
    }

    private static CopyFacts copy(CopyPlace place) {
        return new CopyFacts(place, CopyState.VERIFIED, 1, Optional.of(NOW));
    }

    private static TierFacts tiers(Random random, KnownNames names) {
        Map<String, TierFill> tiers = new TreeMap<>();
        for (String tier : names.tiers()) {
            long used = random.nextInt(1_001);
            tiers.put(tier, new TierFill(used, OptionalLong.of(1_000), OptionalDouble.of(0.8)));
        }
        return new TierFacts(tiers);
    }
}
