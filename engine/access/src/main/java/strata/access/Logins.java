package strata.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.CredentialTime;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.Printable;
import strata.network.http.HttpException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Local accounts while the server runs: a right password, and where the account has them a fresh
 * one-time code, give a session token. After {@link Attempts#MOST} failures an account is locked
 * for {@link Attempts#LOCK}. The same answer for an unknown account, a wrong password, a wrong or
 * used code and a lock, after the same work. Sessions end with the server. Thread-safe.
 */
public final class Logins {
    private static final Logger LOG = LoggerFactory.getLogger(Logins.class);
    private static final String PREFIX = "strata_";
    private static final int TOKEN_BYTES = 32;
    private static final int MAX_SESSIONS = 10_000;
    private static final int HASHES_AT_A_TIME = 2;
    private static final long HASH_WAIT_SECONDS = 5;

    /** Hashing or waiting for it: whoever logs in must not take all threads of the door. */
    private static final int AT_A_TIME = 6;

    /** A token and what it stands for. */
    record Session(String token, User user, Duration length) {}

    private record Open(String account, String password, long untilNanos) {}

    private final Path file;
    private final Duration length;
    private final CredentialTime time;
    private final LongSupplier nanoTime;
    private final Audit audit;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore hashes = new Semaphore(HASHES_AT_A_TIME);
    private final Semaphore inLine = new Semaphore(AT_A_TIME);
    private final Map<String, Attempts> attempts = new ConcurrentHashMap<>();
    private final Map<Digest, Open> sessions = new ConcurrentHashMap<>();
    private final long openedNanos;
    private final Metrics.Counter logins;
    private Map<String, Account> accounts;
    private FileTime read;

    private Logins(
            Path file,
            Duration length,
            CredentialTime time,
            LongSupplier nanoTime,
            Metrics metrics,
            Audit audit)
            throws OperatorException {
        this.file = file;
        this.length = length;
        this.time = time;
        this.nanoTime = nanoTime;
        this.audit = audit;
        this.openedNanos = nanoTime.getAsLong();
        this.logins = metrics.counter(
                        "strata_access_logins_total",
                        "Logins of local accounts: taken, or refused for what",
                        "result")
                .known("locked")
                .known("unknown")
                .known("clock_doubted");
        this.read = time();
        this.accounts = new AccountFile(file).read();
    }

    /**
     * @param time by which one-time codes are taken; locks and sessions go by uptime
     * @throws OperatorException when the file is damaged or others may read it
     */
    public static Logins open(
            Path file, Duration length, CredentialTime time, Metrics metrics, Audit audit)
            throws OperatorException {
        return open(file, length, time, System::nanoTime, metrics, audit);
    }

    static Logins open(
            Path file,
            Duration length,
            CredentialTime time,
            LongSupplier nanoTime,
            Metrics metrics,
            Audit audit)
            throws OperatorException {
        return new Logins(file, length, time, nanoTime, metrics, audit);
    }

    private FileTime time() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /** The accounts of now; of a file that cannot be used, those of before. */
    private synchronized Map<String, Account> accounts() {
        FileTime now = time();
        if (!now.equals(read)) {
            read = now;
            try {
                accounts = new AccountFile(file).read();
                attempts.keySet().retainAll(accounts.keySet());
            } catch (OperatorException e) {
                LOG.error("the accounts stay as they are: {}", e.getMessage());
            }
        }
        return accounts;
    }

    /**
     * Opens a session.
     *
     * @param code empty when none was given
     * @param peer for the audit trail
     * @return empty when the proof is wrong, or the account is locked
     * @throws HttpException 503 when too many try at a time
     */
    Optional<Session> login(String name, char[] password, String code, String peer)
            throws HttpException {
        // Before the attempt is counted: who is sent away has tried nothing.
        if (!inLine.tryAcquire()) {
            throw tooMany();
        }
        try {
            if (!hashes.tryAcquire(HASH_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw tooMany();
            }
            try {
                return attempt(name, password, code, peer);
            } finally {
                hashes.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpException(503, "stopping", e);
        } finally {
            inLine.release();
        }
    }

    private HttpException tooMany() {
        logins.increment("too_many");
        return new HttpException(503, "too many log in at a time");
    }

    private Optional<Session> attempt(String name, char[] password, String code, String peer)
            throws HttpException {
        Account account = accounts().get(name);
        Attempts tries = account == null
                ? new Attempts()
                : attempts.computeIfAbsent(name, n -> new Attempts());
        boolean open = tries.begin(nanoTime.getAsLong());
        boolean known = isRight(account, password) && open;
        if (known && takes(account, code, tries)) {
            tries.succeeded();
            logins.increment("taken");
            audit(Audit.Outcome.SUCCESS, name, peer, "logged in");
            return Optional.of(session(account));
        }
        if (account == null) {
            refused(name, peer, "unknown", "unknown account");
        } else if (!open) {
            refused(name, peer, "locked", "locked");
        } else {
            boolean clock = known && time.isDoubted();
            String what = (clock ? "wrong code, and the clock is doubted" : "wrong")
                    + (tries.isLocked() ? ", now locked" : "");
            refused(name, peer, clock ? "clock_doubted" : "wrong", what);
        }
        return Optional.empty();
    }

    private void refused(String name, String peer, String result, String what) {
        logins.increment(result);
        audit(Audit.Outcome.REFUSED, name, peer, what);
    }

    /** Whether the clock is so wrong that right codes are refused. */
    boolean isClockDoubted() {
        return time.isDoubted();
    }

    private static boolean isRight(Account account, char[] password) {
        PasswordHash hash = account == null ? PasswordHash.NOBODY : account.password();
        return hash.fits(password) && account != null;
    }

    private boolean takes(Account account, String code, Attempts tries) {
        if (account.code().isEmpty()) {
            return true;
        }
        Instant now = time.instant();
        OptionalLong step = account.code().get().stepOf(code, now);
        // What was taken before the start is not known: codes of earlier steps do not count.
        Instant opened = now.minusNanos(nanoTime.getAsLong() - openedNanos);
        return step.isPresent()
                && step.getAsLong() >= OneTimeCode.step(opened)
                && tries.take(step.getAsLong());
    }

    private void audit(Audit.Outcome outcome, String name, String peer, String what) {
        audit.record(
                Audit.Action.USER_AUTHENTICATION,
                outcome,
                Printable.of(name),
                Map.of("peer", peer, "what", what));
    }

    private Session session(Account account) throws HttpException {
        long now = nanoTime.getAsLong();
        if (sessions.size() >= MAX_SESSIONS) {
            sessions.values().removeIf(each -> each.untilNanos() - now <= 0);
            if (sessions.size() >= MAX_SESSIONS) {
                throw new HttpException(503, "too many sessions");
            }
        }
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        sessions.put(
                digest(token),
                new Open(account.name(), account.password().toString(), now + length.toNanos()));
        return new Session(token, account.user(), length);
    }

    /** Tokens are kept as digests: whoever reads our memory or a dump finds none. */
    private static Digest digest(String token) {
        return Digest.ofBytes(token.getBytes(StandardCharsets.UTF_8));
    }

    /** Who holds the session; empty when there is none, or the account has changed since. */
    Optional<User> user(String token) {
        Digest key = digest(token);
        Open session = sessions.get(key);
        if (session == null) {
            return Optional.empty();
        }
        Account account = accounts().get(session.account());
        if (account == null
                || !account.password().toString().equals(session.password())
                || session.untilNanos() - nanoTime.getAsLong() <= 0) {
            sessions.remove(key);
            return Optional.empty();
        }
        return Optional.of(account.user());
    }

    /** Ends the session, if there is one. */
    void logout(String token) {
        Open ended = sessions.remove(digest(token));
        if (ended != null) {
            audit(Audit.Outcome.SUCCESS, ended.account(), "", "logged out");
        }
    }
}
