package strata.policy.lifecycle.simulation;

import strata.base.Metrics;
import strata.policy.language.CopyPlace;
import strata.policy.language.Policy;
import strata.policy.language.Rate;
import strata.policy.language.Rule;
import strata.policy.language.TierFill;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.LifecycleOptions;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** One run of a policy over years of a made-up hospital; see the package. For one thread. */
public final class Simulation {
    public static final int MOST_YEARS = 100;

    static final double TERABYTE = 1e12;

    private static final int YEAR_DAYS = 365;

    /** How often a day cycles run, and how often where rules have windows or rates. */
    private static final int STEPS = 2;

    private static final int STEPS_OF_SCHEDULES = 24;

    /** Cycles in a row, so that what follows from an action happens at the same time. */
    private static final int MOST_CYCLES = 8;

    /** Facts that simulated studies lack. */
    private static final Set<String> UNKNOWN = Set.of(
            "study.description", "study.institution", "study.callingAe", "copies.lastVerified");

    /** So many of the largest studies always fit what a rate allows in its period. */
    private static final double STUDIES_OF_RATE = 4;

    private final HospitalProfile profile;
    private final double each;
    private final int stepsPerDay;
    private final SimulatedHospital hospital;
    private final Lifecycle lifecycle;
    private final Instant start;
    private final List<String> notes;
    private final List<SimulationResult.Month> months = new ArrayList<>();
    private final Map<String, LocalDate> fullOn = new TreeMap<>();
    private final Map<String, Double> highestFill = new TreeMap<>();
    private final Map<String, Double> cost = new TreeMap<>();

    private Simulation(Policy policy, HospitalProfile profile, double each) {
        this.profile = profile;
        this.each = each;
        this.hospital = new SimulatedHospital(profile, each);
        this.start = profile.start().atStartOfDay().toInstant(ZoneOffset.UTC);
        boolean schedules = policy.rules().stream()
                .anyMatch(r -> r.window().isPresent() || r.rate().isPresent());
        this.stepsPerDay = schedules ? STEPS_OF_SCHEDULES : STEPS;
        this.notes = notes(policy, each > 1);
        LifecycleOptions options = new LifecycleOptions(
                Duration.ofSeconds(1),
                100_000,
                Duration.ofMinutes(1),
                Duration.ofHours(6),
                Duration.ofDays(YEAR_DAYS));
        this.lifecycle = new Lifecycle(
                scaled(policy), hospital, hospital, hospital.clock, options, Metrics.none());
    }

    /** @throws IllegalArgumentException when years are not 1 to {@link #MOST_YEARS} */
    public static SimulationResult run(Policy policy, HospitalProfile profile, int years)
            throws IOException {
        if (years < 1 || years > MOST_YEARS) {
            throw new IllegalArgumentException(
                    "1 to " + MOST_YEARS + " years are simulated, not " + years);
        }
        int days = years * YEAR_DAYS;
        double each = Math.max(1, profile.studiesIn(days) / profile.sample());
        return new Simulation(policy, profile, each).run(days);
    }

    private static List<String> notes(Policy policy, boolean sampled) {
        List<String> notes = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            rule.when().facts().stream()
                    .filter(UNKNOWN::contains)
                    .map(f -> "rule " + rule.name() + " asks for " + f
                            + ", which no simulated study has")
                    .forEach(notes::add);
            if (sampled && rule.when().facts().stream().anyMatch(Simulation::isBytesOfTier)) {
                notes.add("rule " + rule.name()
                        + " compares bytes of a tier, which are those of the sample here");
            }
        }
        return notes;
    }

    private static boolean isBytesOfTier(String fact) {
        return fact.startsWith("tier.") && (fact.endsWith(".used") || fact.endsWith(".capacity"));
    }

    /** Rates as much lower as the sample is smaller, over a time in which they allow a study. */
    private Policy scaled(Policy policy) {
        return new Policy(
                policy.file(),
                policy.digest(),
                policy.rules().stream()
                        .map(r -> r.paced(r.window(), r.rate().map(this::scaled)))
                        .toList());
    }

    private Rate scaled(Rate rate) {
        if (each == 1) {
            return rate;
        }
        double longer = 1;
        if (rate.studies().isPresent()) {
            longer = Math.max(longer, each / rate.studies().getAsLong());
        }
        if (rate.bytes().isPresent()) {
            double needed = STUDIES_OF_RATE * profile.largest() * each;
            longer = Math.max(longer, needed / rate.bytes().getAsLong());
        }
        double factor = longer / each;
        return new Rate(
                times(rate.studies(), factor), times(rate.bytes(), factor), Duration.ofMillis((long)
                        (rate.period().toMillis() * longer)));
    }

    private static OptionalLong times(OptionalLong number, double factor) {
        return number.isEmpty()
                ? number
                : OptionalLong.of(Math.max(1, Math.round(number.getAsLong() * factor)));
    }

    private SimulationResult run(int days) throws IOException {
        double before = 0;
        for (int day = 0; day < days; day++) {
            double came = profile.studiesOn(day) / stepsPerDay;
            for (int step = 0; step < stepsPerDay; step++) {
                Instant time = start.plus(Duration.ofDays(day))
                        .plus(Duration.ofHours(24L * step / stepsPerDay));
                hospital.advance(time, day, came);
                cycles();
                noteFill(date(day));
            }
            charge();
            LocalDate today = date(day);
            boolean ends = today.plusDays(1).getDayOfMonth() == 1 || day == days - 1;
            if (ends) {
                double sum = cost.values().stream().mapToDouble(v -> v).sum();
                months.add(month(today, sum - before));
                before = sum;
            }
        }
        lifecycle.close();
        return new SimulationResult(
                months,
                fullOn,
                highestFill,
                cost,
                Math.round(hospital.looks() * each),
                Math.round(hospital.coldLooks() * each),
                hospital.size(),
                each,
                notes);
    }

    private LocalDate date(int day) {
        return profile.start().plusDays(day);
    }

    private void cycles() throws IOException {
        for (int i = 0; i < MOST_CYCLES; i++) {
            if (lifecycle.runDue().plan().isEmpty()) {
                return;
            }
        }
    }

    private SimulationResult.Month month(LocalDate at, double costOf) {
        Map<String, Long> bytes = new TreeMap<>();
        hospital.used().forEach((place, count) -> bytes.put(place.toString(), reckoned(count)));
        Map<String, Double> fill = new TreeMap<>();
        hospital.tiers()
                .tiers()
                .forEach((name, tier) -> tier.fill()
                        .ifPresent(part -> fill.put(new CopyPlace.Tier(name).toString(), part)));
        Map<String, Long> moved = new TreeMap<>();
        hospital.takeTraffic().forEach((way, count) -> moved.put(way, reckoned(count)));
        Map<Integer, Double> copies = new TreeMap<>();
        hospital.copies().forEach((count, of) -> copies.put(count, (double) of / hospital.size()));
        return new SimulationResult.Month(
                at, reckoned(hospital.size()), bytes, fill, moved, copies, costOf);
    }

    private long reckoned(long ofSample) {
        return Math.round(ofSample * each);
    }

    private void charge() {
        hospital.used().forEach((place, bytes) -> {
            double price = place instanceof CopyPlace.Tier
                    ? profile.tiers().get(place.name()).pricePerTerabyteYear()
                    : profile.sites().getOrDefault(place.name(), 0.0);
            double day = reckoned(bytes) / TERABYTE * price / YEAR_DAYS;
            if (day > 0) {
                cost.merge(place.toString(), day, Double::sum);
            }
        });
        double out = hospital.takePaidOut() * each;
        if (out > 0) {
            cost.merge("reading from other tiers", out, Double::sum);
        }
    }

    private void noteFill(LocalDate today) {
        for (Map.Entry<String, TierFill> tier : hospital.tiers().tiers().entrySet()) {
            if (tier.getValue().fill().isEmpty()) {
                continue;
            }
            String place = new CopyPlace.Tier(tier.getKey()).toString();
            highestFill.merge(place, tier.getValue().fill().getAsDouble(), Math::max);
            double after = tier.getValue().plus((long) profile.largest()).fill().orElse(0);
            if (after > 1) {
                fullOn.putIfAbsent(place, today);
            }
        }
    }
}
