package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class HostAddressesTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void theLastAnswerCountsWhileTheNameServiceFails() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        HostAddresses.Lookup lookup = name -> {
            if (calls.incrementAndGet() == 2) {
                throw new UnknownHostException(name);
            }
            return new InetAddress[] {address(calls.get())};
        };
        try (HostAddresses hosts = new HostAddresses(lookup)) {
            assertEquals(Set.of(), hosts.of("ct1"), "nobody asked for it");
            hosts.replace(Set.of("ct1"), LONG);
            assertEquals(Set.of(address(1)), hosts.of("ct1"));
            hosts.replace(Set.of("ct1"), LONG);
            assertEquals(Set.of(address(1)), hosts.of("ct1"), "the second lookup failed");
            hosts.replace(Set.of("ct1"), LONG);
            assertEquals(Set.of(address(3)), hosts.of("ct1"));
            hosts.replace(Set.of(), LONG);
            assertEquals(Set.of(), hosts.of("ct1"), "no longer listed");
        }
    }

    @Test
    void nobodyWaitsForANameServiceThatDoesNotAnswer() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        HostAddresses.Lookup lookup = name -> {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(name);
            }
            return new InetAddress[] {address(1)};
        };
        try (HostAddresses hosts = new HostAddresses(lookup)) {
            hosts.replace(Set.of("ct1"), Duration.ofMillis(1));
            assertEquals(Set.of(), hosts.of("ct1"));
            answers.countDown();
            hosts.replace(Set.of("ct1"), LONG);
            assertEquals(Set.of(address(1)), hosts.of("ct1"));
        }
    }
}
