package strata.policy.lifecycle.simulation;

import strata.policy.language.PlainFile;
import strata.policy.language.PolicyException;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the file of a simulated hospital; {@link #EXAMPLE} shows every key. */
public final class HospitalFile {
    /** A mid-size hospital: what is simulated where no file is given. */
    public static final String EXAMPLE = """
            # A made-up hospital for strata policy simulate.
            start: 2026-01-01
            studiesPerDay: 400
            growthPerYear: 6%
            # How often a study is looked at in its life; half of the looks come within halfLifeDays,
            # but a part goes to old studies of any age alike, as to priors.
            looks: { perStudy: 4, halfLifeDays: 14, old: 5% }
            # share: how often beside the others; megabytes: of a study, on average.
            modalities:
              CR: { share: 45, megabytes: 25, series: 1, instances: 2, bodyParts: [CHEST, HAND, KNEE] }
              CT: { share: 22, megabytes: 350, series: 5, instances: 600, bodyParts: [CHEST, HEAD] }
              MR: { share: 14, megabytes: 180, series: 8, instances: 450, bodyParts: [HEAD, KNEE] }
              US: { share: 16, megabytes: 60, series: 1, instances: 40, bodyParts: [ABDOMEN] }
              MG: { share: 3, megabytes: 220, series: 4, instances: 6, bodyParts: [BREAST] }
            # ratio: how many times smaller copies are there; price: of a terabyte and year;
            # priceOut: of a terabyte that is recalled. No capacity: no end.
            tiers:
              hot: { capacity: 30 TB, keepBelow: 80%, price: 300 }
              longterm: { capacity: 100 TB, ratio: 2.4, price: 45 }
            # Other sites, by the names that rules call them.
            sites:
              dr: { price: 90 }
            # How many studies are simulated in place of all: more take longer.
            sample: 10000
            seed: 1
            """;

    private static final int MOST_SAMPLE = 1_000_000;
    private static final double MOST = 1e9;

    private final PlainFile file;

    private HospitalFile(PlainFile file) {
        this.file = file;
    }

    /** The hospital of the {@link #EXAMPLE}. */
    public static HospitalProfile example() {
        try {
            return read("example", EXAMPLE.getBytes(StandardCharsets.UTF_8));
        } catch (PolicyException e) {
            throw new AssertionError("the example is part of this library", e);
        }
    }

    /** @throws PolicyException naming line and column of everything that is wrong */
    public static HospitalProfile read(String name, byte[] content) throws PolicyException {
        return new HospitalFile(PlainFile.read(name, content)).profile();
    }

    private HospitalProfile profile() throws PolicyException {
        PlainFile.Section all = file.root(Set.of(
                "start",
                "studiesPerDay",
                "growthPerYear",
                "looks",
                "modalities",
                "tiers",
                "sites",
                "sample",
                "seed"));
        PlainFile.Section looks = all.section("looks", Set.of("perStudy", "halfLifeDays", "old"));
        Map<String, Double> sites = new TreeMap<>();
        all.named("sites", Set.of("price"))
                .forEach((name, site) -> sites.put(name, site.number("price", 0, 0, MOST)));
        HospitalProfile profile = new HospitalProfile(
                all.day("start").orElse(LocalDate.of(2026, 1, 1)),
                all.number("studiesPerDay", 100, 0.1, 1e6),
                all.part("growthPerYear").orElse(0),
                new HospitalProfile.Looks(
                        looks.number("perStudy", 4, 0, 1000),
                        looks.number("halfLifeDays", 14, 0.1, 10_000),
                        looks.part("old").orElse(0)),
                modalities(all),
                tiers(all),
                sites,
                (int) all.number("sample", 10_000, 100, MOST_SAMPLE),
                (long) all.number("seed", 1, 0, MOST));
        file.check();
        return profile;
    }

    private static List<HospitalProfile.Modality> modalities(PlainFile.Section all) {
        List<HospitalProfile.Modality> modalities = new ArrayList<>();
        all.named("modalities", Set.of("share", "megabytes", "series", "instances", "bodyParts"))
                .forEach((name, each) -> modalities.add(new HospitalProfile.Modality(
                        name,
                        each.number("share", 1, 1e-6, MOST),
                        each.number("megabytes", 50, 0.001, 1e6),
                        (int) each.number("series", 1, 1, 10_000),
                        (int) each.number("instances", 1, 1, 1e6),
                        each.texts("bodyParts"))));
        if (modalities.isEmpty()) {
            all.problem("modalities", "a hospital has \"modalities\": at least one");
        }
        return modalities;
    }

    private static Map<String, HospitalProfile.SimulatedTier> tiers(PlainFile.Section all) {
        Map<String, HospitalProfile.SimulatedTier> tiers = new TreeMap<>();
        all.named("tiers", Set.of("capacity", "keepBelow", "ratio", "price", "priceOut"))
                .forEach((name, each) -> {
                    if (each.has("keepBelow") && each.part("keepBelow").orElse(1) == 0) {
                        each.problem("keepBelow", "a mark is above 0");
                    }
                    tiers.put(
                            name,
                            new HospitalProfile.SimulatedTier(
                                    each.size("capacity"),
                                    each.part("keepBelow"),
                                    each.number("ratio", 1, 0.01, 10_000),
                                    each.number("price", 0, 0, MOST),
                                    each.number("priceOut", 0, 0, MOST)));
                });
        if (!tiers.containsKey(HospitalProfile.HOT)) {
            all.problem("tiers", "one of the \"tiers\" is called hot");
        }
        return tiers;
    }
}
