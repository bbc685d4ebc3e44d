package strata.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import strata.base.Await;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;
import strata.network.pdu.Pdu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** Damaged conversations with a server: it ends each of them and serves on. */
@ExtendWith(LeakCheck.class)
class LiveFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ROUNDS = 600;

    private static byte[] conversation(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int id = 1; id < 5; id++) {
            CommandSet find = CommandSet.of(random.nextBoolean() ? 0x0020 : 0x0010)
                    .putUid(CommandSet.AFFECTED_SOP_CLASS, Peers.STUDY_FIND)
                    .putShort(CommandSet.MESSAGE_ID, id)
                    .withDataSet();
            switch (random.nextInt(3)) {
                case 0 ->
                    out.writeBytes(RawPeer.data(1, true, true, RawPeer.echo(id).bytes()));
                case 1 -> {
                    out.writeBytes(RawPeer.data(3, true, true, RawPeer.store(id).bytes()));
                    out.writeBytes(RawPeer.data(3, false, true, new byte[random.nextInt(300)]));
                }
                default -> {
                    out.writeBytes(RawPeer.data(5, true, true, find.bytes()));
                    out.writeBytes(RawPeer.data(5, false, true, new byte[0]));
                }
            }
        }
        return out.toByteArray();
    }

    @Test
    void damagedConversationsEndAndLeaveNothing() throws Exception {
        long seed = 77;
        Random random = new Random(seed);
        MemoryArchive archive = new MemoryArchive(null);
        try (DimseServer server = Peers.server(archive.services())) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = conversation(random);
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                try (RawPeer peer = new RawPeer(server.port()).associate()) {
                    peer.send(bytes);
                } catch (IOException e) {
                    // Cut off while it was writing: one of the right outcomes.
                    continue;
                }
            }
            Await.until("all gone, seed " + seed, LIMIT, () -> server.connections() == 0);
            Await.until("no sink open", LIMIT, () -> archive.open.get() == 0);
            try (RawPeer peer = new RawPeer(server.port()).associate()) {
                peer.command(1, RawPeer.echo(1));
                assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
                assertEquals(Status.SUCCESS, peer.command().status());
            }
        }
    }
}
