package strata.tier.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.FaultyDisk;
import strata.base.FaultyDisk.Outcome;
import strata.base.FaultyDisk.Plan;
import strata.base.Metrics;
import strata.base.Uid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class KeyLedgerTest {
    private final MemoryKeys home = new MemoryKeys();
    private final MemoryKeys tier = new MemoryKeys();

    private static Uid study(int number) {
        return new Uid("1.2.840.99." + number);
    }

    private KeyLedger open(int... siteKeys) throws IOException {
        return open(home, siteKeys);
    }

    private static KeyLedger open(KeyMedium home, int... siteKeys) throws IOException {
        return KeyLedger.open(
                MemoryKeys.siteKeys(siteKeys), home, Metrics.none(), Clock.systemUTC());
    }

    private static byte[] use(StudyKey key) {
        return key.of(ByteBuffer.wrap(new byte[32])).getEncoded();
    }

    private static void assertSame(StudyKey one, StudyKey other) {
        assertTrue(Arrays.equals(use(one), use(other)), one + " and " + other);
    }

    @Test
    void aStudyKeepsItsKeyOverRestarts() throws Exception {
        StudyKey first = open(1).forStudy(study(1));
        KeyLedger again = open(1);
        assertSame(first, again.forStudy(study(1)));
        assertSame(first, again.key(first.id(), "pack"));
        assertNotEquals(first.id(), again.forStudy(study(2)).id());
        assertEquals(new KeyLedger.Status(2, 0, 0, List.of()), again.status());
    }

    @Test
    void anyMediumBringsTheLedgerBack() throws Exception {
        KeyLedger ledger = open(1);
        ledger.attach("tier", tier);
        StudyKey[] keys = new StudyKey[1200];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ledger.forStudy(study(i));
        }
        ledger.bringUp("tier");
        assertEquals(3, tier.files.size());
        KeyLedger fresh = open(new MemoryKeys(), 1);
        fresh.attach("tier", tier);
        for (int i = 0; i < keys.length; i++) {
            assertSame(keys[i], fresh.forStudy(study(i)));
        }
        assertEquals(List.of(), fresh.status().behind());
    }

    @Test
    void aDamagedFileComesFromTheOtherMedium() throws Exception {
        KeyLedger ledger = open(1);
        ledger.attach("tier", tier);
        StudyKey key = ledger.forStudy(study(1));
        ledger.bringUp("tier");
        String file = KeyBatch.name(1);
        byte[] right = tier.files.get(file);
        for (int bit = 0; bit < right.length * 8; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            MemoryKeys damaged = bit % 2 == 0 ? home : tier;
            damaged.files.put(file, wrong);
            KeyLedger next = open(1);
            next.attach("tier", tier);
            assertSame(key, next.key(key.id(), "bit " + bit));
            assertTrue(Arrays.equals(right, home.files.get(file)), "home, bit " + bit);
            assertTrue(Arrays.equals(right, tier.files.get(file)), "tier, bit " + bit);
        }
        tier.files.put(file, new byte[3]);
        assertEquals(List.of(), ledger.check());
        assertTrue(Arrays.equals(right, tier.files.get(file)));
    }

    @Test
    void aShreddedKeyNeverComesBack() throws Exception {
        KeyLedger ledger = open(1);
        ledger.attach("tier", tier);
        StudyKey key = ledger.forStudy(study(1));
        StudyKey other = ledger.forStudy(study(2));
        ledger.bringUp("tier");
        tier.away = true;
        assertEquals(List.of("tier"), ledger.shred(study(1)));
        assertEquals(List.of("tier"), ledger.status().behind());
        assertShredded(ledger, key);
        assertSame(other, ledger.forStudy(study(2)));

        tier.away = false;
        KeyLedger next = open(1);
        assertShredded(next, key);
        next.attach("tier", tier);
        assertShredded(next, key);
        KeyLedger fromTier = open(new MemoryKeys(), 1);
        fromTier.attach("tier", tier);
        assertShredded(fromTier, key);
        assertFalse(fromTier.knows(study(1)));
        assertNotEquals(key.id(), fromTier.forStudy(study(1)).id());
    }

    private static void assertShredded(KeyLedger ledger, StudyKey key) {
        MissingKeyException gone =
                assertThrows(MissingKeyException.class, () -> ledger.key(key.id(), "a pack"));
        assertEquals(MissingKeyException.Kind.SHREDDED, gone.kind());
    }

    @Test
    void rotationWrapsAgainAndTheOldSiteKeyMayGo() throws Exception {
        KeyLedger ledger = open(1);
        StudyKey key = ledger.forStudy(study(1));
        KeyLedger both = open(1, 2);
        both.attach("tier", tier);
        assertEquals(1, both.status().old());
        assertEquals(List.of(), both.rewrap());
        assertEquals(0, both.status().old());
        KeyLedger later = open(2);
        later.attach("tier", tier);
        assertSame(key, later.key(key.id(), "a pack"));
        MissingKeyException unknown =
                assertThrows(MissingKeyException.class, () -> open(1).key(key.id(), "a pack"));
        assertEquals(MissingKeyException.Kind.UNKNOWN, unknown.kind());
        assertTrue(unknown.getMessage().contains("0000000000000002"), unknown.getMessage());
    }

    @Test
    void wrappedRowsCannotBeExchanged() throws Exception {
        KeyLedger ledger = open(1);
        StudyKey one = ledger.forStudy(study(1));
        StudyKey two = ledger.forStudy(study(2));
        List<KeyEntry> rows = KeyBatch.decode(home.files.get(KeyBatch.name(1)), 1, "home");
        KeyEntry a = rows.get(0);
        KeyEntry b = rows.get(1);
        home.files.put(KeyBatch.name(1), KeyBatch.encode(1, List.of(exchanged(a, b), b)));
        KeyLedger next = open(1);
        assertThrows(MissingKeyException.class, () -> next.key(one.id(), "a pack"));
        assertSame(two, next.key(two.id(), "a pack"));
    }

    private static KeyEntry exchanged(KeyEntry row, KeyEntry other) {
        return new KeyEntry(
                row.id(),
                row.batch(),
                row.revision(),
                row.siteKey(),
                row.changed(),
                other.wrapped());
    }

    @Test
    void studiesAreNotNamedInTheLedger() throws Exception {
        open(1).forStudy(study(123456));
        String text = new String(home.files.get(KeyBatch.name(1)), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("123456"));
    }

    @Test
    void onlyWhatChangedIsWritten() throws Exception {
        KeyLedger ledger = open(1);
        for (int i = 0; i < KeyBatch.KEYS + 1; i++) {
            ledger.forStudy(study(i));
        }
        int before = home.writes;
        ledger.forStudy(study(9999));
        ledger.forStudy(study(9999));
        assertEquals(before + 1, home.writes);
    }

    @Test
    void aKeyThatWasGivenOutSurvivesPowerLossAtEveryOperation() throws Exception {
        Path directory = Path.of("/data/keys");
        for (int seed = 0; seed < 20; seed++) {
            for (int n = 1; n <= 14; n++) {
                FaultyDisk disk = new FaultyDisk(seed);
                disk.createDirectories(Path.of("/data"));
                StudyKey first = open(new DirectoryKeys(disk, directory), 1).forStudy(study(1));
                disk.plan(Plan.at(disk.mutations() + n, Outcome.POWER_OFF));
                StudyKey second = null;
                try {
                    second = open(new DirectoryKeys(disk, directory), 1).forStudy(study(2));
                } catch (IOException expected) {
                    assertTrue(n <= 7, "seed " + seed + " at " + n + ": " + expected);
                }
                disk.crash(seed);
                KeyLedger next = open(new DirectoryKeys(disk, directory), 1);
                assertSame(first, next.forStudy(study(1)));
                if (second != null) {
                    assertSame(second, next.forStudy(study(2)));
                }
            }
        }
    }

    @Test
    void damagedFilesRaiseNothingElse() throws Exception {
        open(1).forStudy(study(1));
        byte[] right = home.files.get(KeyBatch.name(1));
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] wrong = Arrays.copyOf(right, random.nextInt(right.length * 2));
            for (int i = random.nextInt(6); i > 0 && wrong.length > 0; i--) {
                wrong[random.nextInt(wrong.length)] = (byte) random.nextInt();
            }
            try {
                KeyBatch.decode(wrong, 1, "seed " + seed);
                assertTrue(Arrays.equals(right, wrong), "seed " + seed);
            } catch (strata.base.StrataException expected) {
                assertTrue(expected.getMessage().contains("seed " + seed));
            }
        }
    }

    @Test
    void keysComeFromAKeyStoreToo() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] pin = "1234".toCharArray();
        store.load(null, pin);
        store.setEntry(
                SiteKeys.ALIAS + SiteKey.idOf(1),
                new KeyStore.SecretKeyEntry(MemoryKeys.siteKey(1).key()),
                new KeyStore.PasswordProtection(pin));
        StudyKey key = open(1).forStudy(study(1));
        KeyLedger ledger =
                KeyLedger.open(SiteKeys.of(store, pin), home, Metrics.none(), Clock.systemUTC());
        assertSame(key, ledger.forStudy(study(1)));
    }
}
