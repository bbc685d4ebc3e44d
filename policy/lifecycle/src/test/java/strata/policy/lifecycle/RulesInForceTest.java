package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How other rules take effect, and what is refused: hostile input 57, a dry run is required. */
class RulesInForceTest {
    private static final String HEAD = "version: 1\nzone: UTC\nrules:\n";
    private static final byte[] PLACE = file("old", "study.age > days(30)", "{ place: cold }");
    private static final byte[] EXPIRE = file("out", "study.age > days(30)", "{ expire: hot }");

    @TempDir
    Path dir;

    private final List<String> audited = new ArrayList<>();
    private Path path;
    private RulesInForce rules;
    private SimulatedSite site;
    private Lifecycle lifecycle;

    private static byte[] file(String name, String when, String action) {
        return (HEAD + Samples.rule(name, when, action) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void start() throws Exception {
        path = dir.resolve("policy.yaml");
        site = new SimulatedSite(new Samples.World(
                Samples.tiers(100),
                List.of(Samples.study(1, Duration.ofDays(40), Samples.HOT, Samples.LONGTERM))));
        Policy first = RulesInForce.read(new LocalDisk(), path, Samples.NAMES);
        lifecycle = new Lifecycle(
                first, site, site, site.clock, LifecycleOptions.DEFAULT, Metrics.none());
        rules = new RulesInForce(
                new LocalDisk(),
                path,
                Samples.NAMES,
                lifecycle,
                Metrics.none(),
                (action, outcome, actor, details) ->
                        audited.add(actor + " " + details.get("event") + " " + outcome));
    }

    private Digest inForce() {
        return lifecycle.policy().digest();
    }

    private void refused(String why, byte[] file, Optional<String> word) {
        Digest before = inForce();
        OperatorException e =
                assertThrows(OperatorException.class, () -> rules.apply(file, word, "anna"));
        assertTrue(e.getMessage().contains(why), e.getMessage());
        assertEquals(before, inForce());
        assertFalse(Files.exists(path), "the file in place stays as it was");
        assertEquals("anna rules refused REFUSED", audited.get(audited.size() - 1));
    }

    @Test
    void hostile57AFileWithoutItsDryRunIsRefused() throws Exception {
        refused("had no dry run", PLACE, Optional.empty());
        rules.dryRun(EXPIRE);
        refused("had no dry run", PLACE, Optional.empty());
        RulesInForce.DryRun dryRun = rules.dryRun(PLACE);
        assertEquals(Optional.empty(), dryRun.word());
        rules.apply(PLACE, Optional.empty(), "anna");
        assertEquals(Digest.ofBytes(PLACE), inForce());
        assertEquals(new String(PLACE, StandardCharsets.UTF_8), Files.readString(path));
        assertEquals(rules.text(), Files.readString(path));
        assertEquals("anna rules applied SUCCESS", audited.get(audited.size() - 1));
        // Against other rules it may do something else: what was shown before does not count.
        OperatorException stale = assertThrows(
                OperatorException.class, () -> rules.apply(EXPIRE, Optional.empty(), "anna"));
        assertTrue(stale.getMessage().contains("had no dry run"), stale.getMessage());
    }

    @Test
    void hostile57WhatTakesCopiesAwayNeedsTheWordOfItsDryRun() throws Exception {
        RulesInForce.DryRun dryRun = rules.dryRun(EXPIRE);
        assertTrue(
                dryRun.lines().contains("would expire, tier hot, rule out: 1 studies, 100 bytes"),
                dryRun.lines().toString());
        refused("confirm with the word remove-", EXPIRE, Optional.empty());
        refused("confirm with the word remove-", EXPIRE, Optional.of("remove"));
        rules.apply(EXPIRE, dryRun.word(), "anna");
        assertEquals(Digest.ofBytes(EXPIRE), inForce());
    }

    @Test
    void aWindowThatIsShutHidesNothingFromTheDryRun() throws Exception {
        String shut = HEAD + "  - { name: out, when: study.age > days(30), do: { expire: hot },"
                + " window: { from: \"01:00\", to: \"02:00\" }, rate: { studies: 1, per: week } }\n";
        assertTrue(rules.dryRun(shut.getBytes(StandardCharsets.UTF_8)).word().isPresent());
    }

    @Test
    void theEndOfRetentionNeedsTheWordAndRulesOnAllAreNamed() throws Exception {
        byte[] retain =
                file("keep", "true", "{ retain: { until: study.receivedLast.plusYears(10) } }");
        rules.dryRun(retain);
        rules.apply(retain, Optional.empty(), "anna");
        RulesInForce.DryRun without = rules.dryRun(PLACE);
        assertTrue(without.word().isPresent());
        assertTrue(
                without.lines()
                        .contains("WARNING: 1 studies that are retained now could be deleted"),
                without.lines().toString());
        byte[] shorter =
                file("keep", "true", "{ retain: { until: study.receivedLast.plusYears(9) } }");
        RulesInForce.DryRun nine = rules.dryRun(shorter);
        assertTrue(nine.word().isPresent());
        assertTrue(
                nine.lines().contains("WARNING: 1 studies would be retained for a shorter time"),
                nine.lines().toString());
        site.deleted.add(Samples.study(2, Duration.ofDays(40)));
        RulesInForce.DryRun purged = rules.dryRun(PLACE);
        assertTrue(
                purged.lines()
                        .contains("WARNING: 2 studies that are retained now could be deleted"),
                "what only retention keeps from the purge: " + purged.lines());
        String all = new String(retain, StandardCharsets.UTF_8)
                + "  - { name: all, when: 'study.bytes > 500 || true', do: { expire: cold },"
                + " destructive: true }\n";
        RulesInForce.DryRun destructive = rules.dryRun(all.getBytes(StandardCharsets.UTF_8));
        assertTrue(destructive.word().isPresent(), "although nothing would go now");
        assertTrue(
                destructive.lines().contains("WARNING: rule all may remove copies of every study"),
                destructive.lines().toString());
    }

    @Test
    void theEndOfTheSecondWordNeedsTheWord() throws Exception {
        byte[] operator =
                file("keep", "true", "{ retain: { until: study.receivedLast.plusDays(9) } }");
        byte[] automatic = file(
                "keep",
                "true",
                "{ retain: { until: study.receivedLast.plusDays(9), release: automatic } }");
        rules.dryRun(operator);
        rules.apply(operator, Optional.empty(), "anna");
        assertTrue(rules.dryRun(automatic).word().isPresent());
    }

    @Test
    void aFileInPlaceIsReloadedIfItChecksAndTakesNothingAway() throws Exception {
        assertFalse(rules.reload("operator"), "there is none");
        Digest builtIn = inForce();
        Files.writeString(path, "version: 1\nrules:\n  - { name: x, when: 'study.aeg', do: {} }\n");
        PolicyException wrong = assertThrows(PolicyException.class, () -> rules.reload("operator"));
        assertTrue(wrong.getMessage().startsWith(path + ":3:"), wrong.getMessage());
        Files.write(path, EXPIRE);
        OperatorException unseen =
                assertThrows(OperatorException.class, () -> rules.reload("operator"));
        assertTrue(unseen.getMessage().contains("confirm"), unseen.getMessage());
        assertEquals(builtIn, inForce());
        Files.write(path, PLACE);
        assertTrue(rules.reload("operator"));
        assertEquals(Digest.ofBytes(PLACE), inForce());
        assertEquals("operator rules reloaded SUCCESS", audited.get(audited.size() - 1));
        assertFalse(rules.reload("operator"), "the same again");
    }

    @Test
    void aFileThatSomebodyChangedInPlaceIsNotOverwritten() throws Exception {
        Files.write(path, EXPIRE);
        rules.dryRun(PLACE);
        OperatorException e = assertThrows(
                OperatorException.class, () -> rules.apply(PLACE, Optional.empty(), "anna"));
        assertTrue(e.getMessage().contains("is not the file of the rules in force"), "told");
        assertEquals(Digest.ofBytes(EXPIRE), Digest.ofBytes(Files.readAllBytes(path)));
    }

    @Test
    void aFileBeyondTheLimitIsRefusedAndNotRead() throws Exception {
        Files.write(path, new byte[PolicyFile.MAX_FILE_BYTES + 100]);
        assertThrows(PolicyException.class, () -> rules.reload("operator"));
    }
}
