package strata.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CredentialTime;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.network.http.HttpException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Local accounts: passwords, one-time codes, locks, sessions, and their file. */
class LoginsTest {
    private static final String PASSWORD = "correct horse battery";
    private static final Duration LENGTH = Duration.ofHours(8);

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final List<String> audited = new CopyOnWriteArrayList<>();
    private Path file;
    private Account alice;
    private Account bob;
    private Logins logins;

    private final CredentialTime time = new CredentialTime(() -> now);

    @BeforeEach
    void open() throws Exception {
        file = folder.resolve("accounts");
        alice = Account.create(
                "alice", Set.of(Role.VIEWER), StudyScope.ALL, PASSWORD.toCharArray(), true);
        bob = Account.create(
                "bob",
                Set.of(Role.ADMIN, Role.MONITOR),
                StudyScope.only(Set.of("North"), Set.of("N-")),
                PASSWORD.toCharArray(),
                false);
        AccountFile accounts = new AccountFile(file);
        accounts.add(alice);
        accounts.add(bob);
        logins = Logins.open(
                file,
                LENGTH,
                time,
                nanos::get,
                Metrics.none(),
                (action, outcome, actor, details) -> audited.add(
                        action + " " + outcome + " " + actor + " " + new TreeMap<>(details)));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos.addAndGet(time.toNanos());
    }

    private String code() {
        return alice.code().orElseThrow().at(OneTimeCode.step(now));
    }

    private Optional<Logins.Session> login(String name, String password, String code)
            throws Exception {
        return logins.login(name, password.toCharArray(), code, "192.0.2.7");
    }

    private Optional<Logins.Session> asAlice(String code) throws Exception {
        return login("alice", PASSWORD, code);
    }

    @Test
    void passwordAndCodeGiveASessionThatEnds() throws Exception {
        Logins.Session session = asAlice(code()).orElseThrow();
        assertEquals(alice.user(), logins.user(session.token()).orElseThrow());
        assertEquals(Optional.empty(), logins.user(session.token() + "x"));
        pass(LENGTH.minusSeconds(1));
        assertTrue(logins.user(session.token()).isPresent());
        pass(Duration.ofSeconds(2));
        assertEquals(Optional.empty(), logins.user(session.token()));
        Logins.Session other = login("bob", PASSWORD, "").orElseThrow();
        logins.logout(other.token());
        assertEquals(Optional.empty(), logins.user(other.token()));
    }

    @Test
    void codesAreThoseOfTheStandard() {
        // RFC 6238 appendix B, of which six digits are kept.
        OneTimeCode code = OneTimeCode.parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assertEquals("287082", code.at(OneTimeCode.step(Instant.ofEpochSecond(59))));
        assertEquals("081804", code.at(OneTimeCode.step(Instant.ofEpochSecond(1111111109))));
        assertEquals("353130", code.at(OneTimeCode.step(Instant.ofEpochSecond(20000000000L))));
    }

    @Test
    void hashesAreThoseOfTheReferenceProgram() {
        PasswordHash known = PasswordHash.parse("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                + "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
        assertTrue(known.fits("password".toCharArray()));
        assertFalse(known.fits("Password".toCharArray()));
        PasswordHash own = PasswordHash.of("p\u00e4ss".toCharArray());
        assertTrue(PasswordHash.parse(own.toString()).fits("p\u00e4ss".toCharArray()));
        assertFalse(own.fits("p\u00e4s".toCharArray()));
        for (String wrong : List.of("", "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$", own + "x$")) {
            assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(wrong));
        }
    }

    @Test
    void hostile54ACodeIsTakenOnce() throws Exception {
        String code = code();
        assertTrue(asAlice(code).isPresent());
        assertEquals(Optional.empty(), asAlice(code));
        pass(Duration.ofSeconds(OneTimeCode.STEP_SECONDS));
        assertEquals(Optional.empty(), asAlice(code), "still within the window of clocks");
        String next = code();
        assertTrue(asAlice(next).isPresent());
        assertEquals(Optional.empty(), asAlice(code));
    }

    @Test
    void hostile54ACodeFromBeforeTheStartIsNotTaken() throws Exception {
        String before = alice.code().orElseThrow().at(OneTimeCode.step(now) - 1);
        assertEquals(Optional.empty(), asAlice(before));
        assertTrue(asAlice(code()).isPresent());
    }

    @Test
    void hostile54SixGuessesLockTheAccount() throws Exception {
        for (int i = 0; i < 6; i++) {
            assertEquals(Optional.empty(), asAlice("x0000" + i));
        }
        pass(Duration.ofSeconds(60));
        assertEquals(Optional.empty(), asAlice(code()), "locked for who is right too");
        assertTrue(audited.get(3).contains("what=wrong}"), audited.toString());
        assertTrue(audited.get(4).contains("now locked"), audited.toString());
        assertTrue(audited.get(6).contains("what=locked}"), audited.toString());
        assertTrue(login("bob", PASSWORD, "").isPresent(), "nobody else is");
        pass(Attempts.LOCK);
        assertTrue(asAlice(code()).isPresent());
    }

    @Test
    void hostile54GuessesOfPasswordsCountTooAndTellNothing() throws Exception {
        for (int i = 0; i < 6; i++) {
            assertEquals(Optional.empty(), login("bob", "guess number " + i, ""));
            assertEquals(Optional.empty(), login("nobody", "guess number " + i, ""));
        }
        assertEquals(Optional.empty(), login("bob", PASSWORD, ""));
        assertTrue(audited.stream().noneMatch(line -> line.contains("guess")));
        assertTrue(audited.stream().noneMatch(line -> line.contains(PASSWORD)));
    }

    /** A flood of logins takes some threads of the door, and locks nobody who was not tried. */
    @Test
    void whoIsSentAwayWithoutATryIsNotCounted() throws Exception {
        int senders = 40;
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger away = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(senders);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                all.add(threads.submit(() -> {
                    go.await();
                    try {
                        assertEquals(Optional.empty(), login("bob", "guess", ""));
                    } catch (HttpException busy) {
                        assertEquals(503, busy.status());
                        away.incrementAndGet();
                    }
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(senders - away.get(), audited.size(), "each that was tried is audited");
    }

    @Test
    void fewerFailuresAreForgottenWithTheFirstSuccess() throws Exception {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < Attempts.MOST - 1; i++) {
                assertEquals(Optional.empty(), login("bob", "wrong", ""));
            }
            assertTrue(login("bob", PASSWORD, "").isPresent(), "round " + round);
        }
    }

    @Test
    void anAccountThatIsRemovedOrChangedHasNoSessionsLeft() throws Exception {
        String token = login("bob", PASSWORD, "").orElseThrow().token();
        AccountFile accounts = new AccountFile(file);
        accounts.remove("bob");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        assertEquals(Optional.empty(), logins.user(token));
        assertEquals(Optional.empty(), login("bob", PASSWORD, ""));
    }

    @Test
    void theFileComesBackAsItWasWritten() throws Exception {
        Map<String, Account> read = new AccountFile(file).read();
        assertEquals(List.of("alice", "bob"), List.copyOf(read.keySet()));
        assertEquals(bob.scope(), read.get("bob").scope());
        assertEquals(bob.roles(), read.get("bob").roles());
        assertEquals(
                alice.code().orElseThrow().base32(),
                read.get("alice").code().orElseThrow().base32());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.readString(file).contains(PASSWORD));
    }

    @Test
    void aFileThatOthersMayReadOrThatIsDamagedIsRefusedAndTheOldOneStays() throws Exception {
        String before = Files.readString(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThrows(OperatorException.class, () -> new AccountFile(file).read());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (String wrong : List.of(
                "",
                "{}",
                "[]",
                before.substring(0, before.length() / 2),
                before.replace("\"version\":1", "\"version\":2"),
                before.replace("viewer", "owner"),
                before.replace("argon2id", "md5"))) {
            Files.writeString(file, wrong);
            assertThrows(OperatorException.class, () -> new AccountFile(file).read(), wrong);
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        assertTrue(login("bob", PASSWORD, "").isPresent());
    }

    @Test
    void accountsThatAreNoneAreNotMade() {
        char[] right = PASSWORD.toCharArray();
        Set<Role> roles = Set.of(Role.VIEWER);
        assertThrows(
                IllegalArgumentException.class,
                () -> Account.create("a\nb", roles, StudyScope.ALL, right, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> Account.create("a", Set.of(), StudyScope.ALL, right, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> Account.create("a", roles, StudyScope.ALL, "short".toCharArray(), false));
        assertThrows(OperatorException.class, () -> new AccountFile(file).add(bob));
        assertThrows(OperatorException.class, () -> new AccountFile(file).remove("carol"));
    }
}
