package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.policy.language.AccessFacts;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.RouteFacts;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** The invariants of plans, over random policies, studies and tiers. */
class PlannerPropertyTest {
    private static final int SEEDS = Integer.getInteger("strata.policy.seeds", 300);
    private static final int MAX_CYCLES = 200;
    private static final List<String> TIERS = List.of("hot", "longterm", "cold");
    private static final List<String> SITES = List.of("dr", "backup");
    private static final List<String> PEERS = List.of("READER1", "READER2");

    @Test
    void plansKeepTheirPromises() {
        long actions = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            actions += check(seed);
        }
        assertTrue(actions > SEEDS, "the generator makes plans with something in them");
    }

    private static long check(int seed) {
        Random random = new Random(seed);
        Policy policy = Samples.policy(rules(random));
        Samples.World world = new Samples.World(tiers(random), studies(random));
        PlanLimits limits = new PlanLimits(1 + random.nextInt(20), Map.of());
        String context = "seed " + seed + ", rules " + describe(policy);
        long count = 0;
        for (int cycle = 0; cycle < MAX_CYCLES; cycle++) {
            Plan plan = plan(policy, world, limits);
            assertEquals(plan, plan(policy, world, limits), "pure, " + context);
            checkBounds(plan, limits, context);
            checkCopies(plan, world, context);
            checkKept(plan, policy, world, context);
            checkRoutes(plan, policy, world, limits, context);
            if (plan.isEmpty()) {
                return count;
            }
            count += plan.actions().size();
            plan.actions().forEach(world::apply);
        }
        throw new AssertionError("does not come to rest, " + context);
    }

    private static Plan plan(Policy policy, Samples.World world, PlanLimits limits) {
        return Planner.plan(policy, world.all().iterator(), world.tiers, Samples.NOW, limits);
    }

    private static void checkBounds(Plan plan, PlanLimits limits, String context) {
        Set<String> seen = new HashSet<>();
        for (ActionKind kind : ActionKind.values()) {
            assertTrue(plan.count(kind) <= limits.actionsPerKind(), "bounded, " + context);
        }
        for (Action action : plan.actions()) {
            assertTrue(seen.add(action.study() + " " + action.place()), "once, " + context);
        }
    }

    /** Only what a rule that is true routes there, only what is left, and all of that. */
    private static void checkRoutes(
            Plan plan, Policy policy, Samples.World world, PlanLimits limits, String context) {
        Map<String, Long> expected = new TreeMap<>();
        for (StudyFacts study : world.all()) {
            Facts facts = new Facts(study, world.tiers, Samples.NOW);
            for (Rule rule : policy.rules()) {
                for (RuleAction each : rule.actions()) {
                    if (each instanceof RuleAction.Route route
                            && rule.matches(facts) == Outcome.TRUE) {
                        route.to().stream()
                                .filter(peer -> !study.isRoutedTo(peer))
                                .forEach(peer -> expected.put(
                                        study.uid() + " " + peer, study.bytesLeftFor(peer)));
                    }
                }
            }
        }
        Map<String, Long> planned = new TreeMap<>();
        for (Action action : plan.actions()) {
            if (action instanceof Action.Route route) {
                planned.put(route.study() + " " + route.peer(), route.bytes());
            }
        }
        if (expected.size() <= limits.actionsPerKind()) {
            assertEquals(expected, planned, "routes, " + context);
        }
        assertTrue(expected.entrySet().containsAll(planned.entrySet()), "routes, " + context);
    }

    /** Removals run in any order, and before any new copy, must leave what they require. */
    private static void checkCopies(Plan plan, Samples.World world, String context) {
        Map<Uid, StudyFacts> left = new TreeMap<>(world.studies);
        for (Action action : plan.actions()) {
            if (action.kind().removes()) {
                left.computeIfPresent(action.study(), (k, s) -> s.without(action.place()));
            }
        }
        for (Action action : plan.actions()) {
            StudyFacts after = left.get(action.study());
            if (action instanceof Action.Release release) {
                assertTrue(release.requires().isMetBy(after, release.place()), context);
            }
            if (action instanceof Action.Expire expire) {
                assertTrue(expire.requires().isMetBy(after, expire.place()), context);
            }
            if (action.kind().removes()) {
                assertTrue(after.verifiedCopies(p -> true) > 0, "last copy, " + context);
            }
        }
    }

    /** Nothing that is held goes, nor what a rule keeps where it is. */
    private static void checkKept(Plan plan, Policy policy, Samples.World world, String context) {
        for (Action action : plan.actions()) {
            if (!action.kind().removes()) {
                continue;
            }
            StudyFacts study = world.studies.get(action.study());
            assertTrue(study.holds().isEmpty(), "held, " + context);
            Facts facts = new Facts(study, world.tiers, Samples.NOW);
            for (Rule rule : policy.rules()) {
                boolean applies = rule.matches(facts) == Outcome.TRUE;
                for (RuleAction each : rule.actions()) {
                    assertFalse(applies && each instanceof RuleAction.Hold, "held, " + context);
                    boolean kept = applies
                            && each instanceof RuleAction.Keep keep
                            && action.place().equals(new CopyPlace.Tier(keep.tier()))
                            && keep.until()
                                    .orElseThrow()
                                    .of(facts)
                                    .orElseThrow()
                                    .isAfter(Samples.NOW);
                    assertFalse(kept, "kept, " + context);
                }
            }
        }
    }

    static String describe(Policy policy) {
        StringBuilder text = new StringBuilder();
        policy.rules()
                .forEach(r -> text.append('\n')
                        .append(r.when().text())
                        .append(" -> ")
                        .append(r.actions()));
        return text.toString();
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    static String[] rules(Random random) {
        String[] rules = new String[1 + random.nextInt(6)];
        for (int i = 0; i < rules.length; i++) {
            String action = action(random);
            String when = condition(random);
            if (action.contains("release: ") && random.nextBoolean()) {
                String tier = action.split("[ ,]+")[2];
                when = "(" + when + ") && tier." + tier + ".fill > 0." + (2 + random.nextInt(8));
            }
            boolean removes = action.contains("release: ") || action.contains("expire: ");
            rules[i] = Samples.rule("r" + i, when, action).replaceAll(" }$", "")
                    + (removes ? ", destructive: true }" : " }");
        }
        return rules;
    }

    private static String action(Random random) {
        String tier = pick(random, TIERS);
        String requires = random.nextBoolean()
                ? ""
                : ", requires: { "
                        + pick(random, List.of("copies: 1", "copies: 2", "tiers: 1", "sites: 1"))
                        + " }";
        return switch (random.nextInt(9)) {
            case 0, 1 -> "{ place: " + tier + " }";
            case 5 -> "{ keep: " + tier + ", until: study.receivedLast.plusDays(50) }";
            case 6 -> "{ copies: " + (1 + random.nextInt(3)) + ", in: [cold, dr, longterm] }";
            case 7 -> random.nextInt(4) > 0 ? "{ place: " + tier + " }" : "{ hold: h }";
            case 2 -> "{ replicate: [" + pick(random, SITES) + "] }";
            case 8 -> "{ route: [" + pick(random, PEERS) + "] }";
            case 3 -> "{ release: " + tier + requires + " }";
            default -> "{ expire: " + tier + requires + " }";
        };
    }

    private static String condition(Random random) {
        String left = atom(random);
        return switch (random.nextInt(4)) {
            case 0 -> left + " && " + atom(random);
            case 1 -> left + " || " + atom(random);
            case 2 -> "!(" + left + ")";
            default -> left;
        };
    }

    private static String atom(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> "study.age > days(" + random.nextInt(100) + ")";
            case 1 -> "access.idle > days(" + random.nextInt(100) + ")";
            case 2 -> "\"" + pick(random, TIERS) + "\" in copies.tiers";
            case 3 -> "\"" + pick(random, SITES) + "\" in copies.sites";
            case 4 -> "copies.count > " + random.nextInt(4);
            case 5 -> "tier." + pick(random, TIERS) + ".fill > 0." + random.nextInt(10);
            case 6 -> "\"CT\" in study.modality";
            default -> "study.bytes > " + random.nextInt(100);
        };
    }

    static TierFacts tiers(Random random) {
        Map<String, TierFill> tiers = new TreeMap<>();
        for (String tier : TIERS) {
            tiers.put(tier, TierFill.of(random.nextInt(2_000), 2_000, 0.8));
        }
        return new TierFacts(tiers);
    }

    static List<StudyFacts> studies(Random random) {
        List<StudyFacts> studies = new ArrayList<>();
        for (int i = random.nextInt(30); i >= 0; i--) {
            Instant received = Samples.NOW.minus(Duration.ofHours(random.nextInt(24 * 100)));
            long hits = random.nextInt(3);
            long bytes = 1 + random.nextInt(100);
            studies.add(new StudyFacts(
                    Samples.uid(i),
                    StudyAttributes.ofModalities(List.of(random.nextBoolean() ? "CT" : "MR")),
                    bytes,
                    1,
                    1,
                    received,
                    received,
                    new AccessFacts(hits == 0 ? Optional.empty() : Optional.of(received), hits),
                    copies(random, bytes),
                    random.nextInt(8) == 0 ? List.of("case-1") : List.of(),
                    routes(random, bytes)));
        }
        return studies;
    }

    /** Of each peer nothing, part of it or all was sent. */
    private static List<RouteFacts> routes(Random random, long bytes) {
        List<RouteFacts> routes = new ArrayList<>();
        for (String peer : PEERS) {
            switch (random.nextInt(3)) {
                case 0 -> routes.add(new RouteFacts(peer, 1, random.nextInt((int) bytes)));
                case 1 -> routes.add(new RouteFacts(peer, 0, 0));
                default -> {}
            }
        }
        return routes;
    }

    private static List<CopyFacts> copies(Random random, long bytes) {
        List<CopyFacts> copies = new ArrayList<>();
        for (String tier : TIERS) {
            addCopy(random, new CopyPlace.Tier(tier), bytes, copies);
        }
        for (String site : SITES) {
            addCopy(random, new CopyPlace.Site(site), bytes, copies);
        }
        return copies;
    }

    private static void addCopy(Random random, CopyPlace place, long bytes, List<CopyFacts> to) {
        if (random.nextInt(3) > 0) {
            CopyState state = random.nextInt(3) > 0
                    ? CopyState.VERIFIED
                    : CopyState.values()[random.nextInt(CopyState.values().length)];
            to.add(new CopyFacts(place, state, bytes, Optional.empty()));
        }
    }
}
