package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static strata.policy.lifecycle.Samples.NOW;
import static strata.policy.lifecycle.Samples.policy;
import static strata.policy.lifecycle.Samples.rule;
import static strata.policy.lifecycle.Samples.uid;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.policy.language.CopyPlace;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class ReplicationRulesTest {
    private static final Duration OLD = Duration.ofDays(40);
    private static final Duration NEW = Duration.ofDays(2);

    private final Known known = new Known();
    private Policy policy = policy(rule("old", "study.age > days(30)", "{ replicate: [dr] }"));
    private final ReplicationRules rules = new ReplicationRules(() -> policy, known, known.clock);

    /** Facts by study; counts how often it is asked. */
    private static final class Known extends SimulatedSite {
        private boolean broken;

        Known() {
            super(new Samples.World(Samples.tiers(100), List.of()));
        }

        void put(int number, Duration age, CopyPlace... verified) {
            world.studies.put(uid(number), Samples.study(number, age, verified));
        }

        @Override
        public Optional<StudyFacts> study(Uid uid) throws IOException {
            if (broken) {
                looks++;
                throw new IOException("no index");
            }
            return super.study(uid);
        }
    }

    @Test
    void aSiteGetsWhatARuleSendsThereAndAllWhenNoRuleNamesIt() throws IOException {
        known.put(1, OLD);
        known.put(2, NEW);
        assertTrue(rules.wants(uid(1), "dr"));
        assertFalse(rules.wants(uid(2), "dr"));
        assertTrue(rules.wants(uid(2), "backup"), "no rule names it");
    }

    @Test
    void whatCannotBeToldIsSent() throws IOException {
        assertTrue(rules.wants(uid(3), "dr"), "a study without facts");
        known.put(1, OLD);
        policy = policy(rule("unknown", "study.description == \"x\"", "{ replicate: [dr] }"));
        assertTrue(rules.wants(uid(1), "dr"), "a fact that is not known");
        known.broken = true;
        assertThrows(IOException.class, () -> rules.wants(uid(4), "dr"));
    }

    @Test
    void anAnswerIsRememberedForAMomentAndNotOverOtherRules() throws IOException {
        known.put(1, NEW);
        assertFalse(rules.wants(uid(1), "dr"));
        known.put(1, OLD);
        known.clock.set(NOW.plusMillis(999));
        assertFalse(rules.wants(uid(1), "dr"), "remembered");
        assertEquals(1, known.looks);
        known.clock.set(NOW.plusMillis(1_000));
        assertTrue(rules.wants(uid(1), "dr"));
        known.clock.set(NOW.minus(Duration.ofDays(1)));
        known.put(1, NEW);
        assertFalse(rules.wants(uid(1), "dr"), "a clock that was put back forgets");
        policy = policy(rule("all", "true", "{ replicate: [dr] }"));
        assertTrue(rules.wants(uid(1), "dr"), "other rules");
        known.broken = true;
        assertTrue(rules.wants(uid(1), "dr"), "remembered, not asked");
    }

    @Test
    void onlySoManyAnswersAreRemembered() throws IOException {
        for (int i = 1; i <= 1_500; i++) {
            known.put(i, OLD);
            assertTrue(rules.wants(uid(i), "dr"));
        }
        assertTrue(rules.wants(uid(1_500), "dr"));
        assertEquals(1_500, known.looks, "the last one is remembered");
        assertTrue(rules.wants(uid(1), "dr"));
        assertEquals(1_501, known.looks, "the first one was forgotten");
    }

    @Test
    void outsideOfTheWindowNothingIsWanted() throws IOException {
        known.put(1, OLD);
        policy = policy("  - { name: night, when: 'true', do: { replicate: [dr] },"
                + " window: { from: \"22:00\", to: \"06:00\" } }");
        assertFalse(rules.wants(uid(1), "dr"), "at noon");
        known.clock.set(Instant.parse("2026-06-10T23:00:00Z"));
        assertTrue(rules.wants(uid(1), "dr"), "at night");
    }

    @Test
    void aNumberOfCopiesWantsNoMoreThanIsMissing() throws IOException {
        policy = policy(rule("two", "true", "{ copies: 2, in: [dr, longterm] }"));
        known.put(1, OLD, Samples.HOT, Samples.LONGTERM);
        known.put(2, OLD, Samples.HOT);
        assertFalse(rules.wants(uid(1), "dr"), "there are two");
        assertTrue(rules.wants(uid(2), "dr"));
        policy = policy(rule("two", "true", "{ copies: 2, in: [longterm, dr] }"));
        assertFalse(rules.wants(uid(2), "dr"), "the place before it will be the second");
    }
}
