package strata.replication;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.replication.ReplicationException.Kind;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

class ReplicationNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TIMES = 300;

    /** A door that is stopping does so; whichever comes first, the end of it is an end. */
    @Test
    void aConnectionThatIsClosedAtOnceIsOneThatHasEnded() throws Exception {
        try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ReplicationNetwork network = new ReplicationNetwork(ChannelSecurity.none())) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < TIMES; i++) {
                    try (Socket taken = door.accept()) {
                        // Half of them by a reset.
                        taken.setSoLinger(i % 2 == 0, 0);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            SiteAddress site = new SiteAddress("dr", "127.0.0.1", door.getLocalPort());
            for (int i = 0; i < TIMES; i++) {
                ReplicationException end = assertThrows(ReplicationException.class, () -> {
                    try (FrameChannel channel = network.connect(site, LIMIT, () -> false)) {
                        channel.receive(LIMIT);
                    }
                });
                assertTrue(
                        Set.of(Kind.CLOSED, Kind.UNAVAILABLE).contains(end.kind()),
                        end::getMessage);
            }
            closing.get();
        }
    }
}
