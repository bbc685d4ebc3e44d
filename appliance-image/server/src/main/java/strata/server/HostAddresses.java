package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The addresses of the host names in the configuration, looked up by a thread of its own, again and
 * again: who decides about an association never waits for a name server. While a lookup fails the
 * addresses of the last one count. Thread-safe.
 */
final class HostAddresses implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(2);
    private static final long EVERY_SECONDS = 30;

    private final Lookup lookup;
    private final Map<String, Set<InetAddress>> known = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread;
    private volatile Set<String> names = Set.of();

    /** A name service; it may block. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String name) throws UnknownHostException;
    }

    HostAddresses(Lookup lookup) {
        this.lookup = lookup;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "strata-names");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(this::lookUp, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** Which names are looked up from now on; waits a moment for the first answers. */
    void replace(Set<String> wanted) {
        replace(wanted, FIRST_WAIT);
    }

    void replace(Set<String> wanted, Duration wait) {
        names = Set.copyOf(wanted);
        known.keySet().retainAll(names);
        failing.retainAll(names);
        if (names.isEmpty()) {
            return;
        }
        try {
            thread.submit(this::lookUp).get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("the name service is slow: peers known by name are refused until it answers");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The addresses of the last lookup; none when there was none. Does not block. */
    Set<InetAddress> of(String name) {
        return known.getOrDefault(name, Set.of());
    }

    private void lookUp() {
        for (String name : names) {
            try {
                known.put(name, Set.of(lookup.addressesOf(name)));
                failing.remove(name);
            } catch (UnknownHostException | RuntimeException e) {
                if (failing.add(name)) {
                    LOG.warn("the addresses of the peer's host {} are not known: {}", name, e + "");
                }
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
