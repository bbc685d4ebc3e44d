package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Digest;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.network.Association;
import strata.network.DataSource;
import strata.network.StoreCommand;
import strata.network.dimse.Status;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Large objects on four associations at once, and the whole study back, by C-GET and WADO-RS,
 * through a server with a small heap and 256 MiB of direct memory: nothing gathers an object. The
 * gate moves 600 MB; the full size is
 *
 * <pre>./strata test MemoryTest -Dstrata.memory.megabytes=2048</pre>
 */
class MemoryTest {
    private static final long MEGABYTES = Long.getLong("strata.memory.megabytes", 600);
    private static final int SENDERS = 4;
    private static final long STUDY = 1;
    private static final Pattern AFTER = Pattern.compile("->(\\d+)M\\((\\d+)M\\)");

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "256"})
    void largeObjectsPass(String heapMegabytes) throws Exception {
        Path gc = folder.resolve("gc.log");
        ServerProcess server = ServerProcess.start(
                processes,
                folder,
                List.of("-Xmx" + heapMegabytes + "m", "-Xlog:gc:file=" + gc),
                List.of());
        long each = Math.min(300, MEGABYTES / SENDERS) << 20;
        int objects = (int) Math.max(SENDERS, (MEGABYTES << 20) / each);
        long began = System.nanoTime();
        Map<Uid, Digest> sent = ingest(server, objects, each);
        double ingestSeconds = (System.nanoTime() - began) / 1e9;
        began = System.nanoTime();
        Map<Uid, Digest> got = retrieve(server);
        double retrieveSeconds = (System.nanoTime() - began) / 1e9;
        assertEquals(sent, got);
        began = System.nanoTime();
        assertEquals(sent, retrieveOverTheWeb(server));
        double webSeconds = (System.nanoTime() - began) / 1e9;
        String status = Files.readString(Path.of("/proc/" + server.process().pid() + "/status"));
        server.stop();
        long peak = peakAfterCollection(Files.readString(gc));
        System.out.printf(
                "-Xmx%sm: %s objects of %s bytes, in %s s, out %s s, by WADO-RS"
                        + " %s s, heap after collections at most"
                        + " %s MiB, %s%n",
                heapMegabytes,
                objects,
                each,
                ingestSeconds,
                retrieveSeconds,
                webSeconds,
                peak,
                status.lines().filter(l -> l.startsWith("VmHWM")).findFirst().orElse(""));
        assertTrue(peak < Integer.parseInt(heapMegabytes) / 2, "live heap of " + peak + " MiB");
    }

    static long peakAfterCollection(String log) {
        long peak = 0;
        for (Matcher m = AFTER.matcher(log); m.find(); ) {
            peak = Math.max(peak, Long.parseLong(m.group(1)));
        }
        return peak;
    }

    private static Map<Uid, Digest> ingest(ServerProcess server, int objects, long bytes)
            throws Exception {
        Map<Uid, Digest> sent = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        try (Peer peer = new Peer(server.dicomPort())) {
            List<Future<?>> senders = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                int first = sender;
                senders.add(threads.submit(() -> {
                    send(peer, first, objects, bytes, sent);
                    return null;
                }));
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return sent;
    }

    private static void send(Peer peer, int first, int objects, long bytes, Map<Uid, Digest> sent)
            throws IOException {
        Peer.Kind kind = new Peer.Kind(SopClasses.CT_IMAGE, Item.EXPLICIT);
        try (Association association = peer.open(Set.of(kind))) {
            for (int number = first; number < objects; number += SENDERS) {
                DataSet keys = Item.keys(SopClasses.CT_IMAGE, STUDY, number);
                Uid instance = keys.uid(Tag.SOPInstanceUID).orElseThrow();
                Large source = new Large(keys, bytes, number);
                StoreCommand command =
                        StoreCommand.of(SopClasses.CT_IMAGE, instance, Item.EXPLICIT);
                assertEquals(Status.SUCCESS, association.store(command, source));
                sent.put(instance, source.digest());
            }
            association.release();
        }
    }

    private static Map<Uid, Digest> retrieve(ServerProcess server) throws Exception {
        Map<Uid, Digest> got = new ConcurrentHashMap<>();
        try (Peer peer = new Peer(server.dicomPort())) {
            Status status = peer.get(
                            Item.study(STUDY),
                            Set.of(new Peer.Kind(SopClasses.CT_IMAGE, Item.EXPLICIT)),
                            (info, request) -> new DigestSink(request, got))
                    .status();
            assertEquals(Status.SUCCESS, status);
        }
        return got;
    }

    /** The study as multipart/related, taken apart as it comes. */
    private static Map<Uid, Digest> retrieveOverTheWeb(ServerProcess server) throws Exception {
        Map<Uid, Digest> got = new ConcurrentHashMap<>();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.http() + "/dicom-web/studies/" + Item.study(STUDY)))
                .header("Accept", "multipart/related; type=\"application/dicom\"")
                .build();
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        try (InputStream in = new BufferedInputStream(response.body(), 1 << 20)) {
            while (true) {
                assertEquals("", line(in), "what comes before a boundary");
                if (line(in).endsWith("--")) {
                    assertEquals(-1, in.read());
                    return got;
                }
                takePart(in, got);
            }
        }
    }

    private static void takePart(InputStream in, Map<Uid, Digest> got) throws IOException {
        long length = 0;
        Uid instance = null;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.startsWith("Content-Length: ")) {
                length = Long.parseLong(header.substring(16));
            } else if (header.startsWith("Content-Location: ")) {
                instance = new Uid(header.substring(header.lastIndexOf('/') + 1));
            }
        }
        long left = length
                - in.readNBytes(Part10.headerBytes(SopClasses.CT_IMAGE, instance, Item.EXPLICIT))
                        .length;
        MessageDigest sha256 = Digest.newSha256();
        byte[] part = new byte[1 << 16];
        while (left > 0) {
            int read = in.read(part, 0, (int) Math.min(part.length, left));
            assertTrue(read > 0, "the part ends early");
            sha256.update(part, 0, read);
            left -= read;
        }
        got.put(instance, Digest.finish(sha256));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            assertTrue(c >= 0, "the response ends early");
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** A data set of any length that is made while it is read. */
    private static final class Large implements DataSource {
        private static final int PART = 1 << 20;

        private final MessageDigest sha256 = Digest.newSha256();
        private final ByteBuffer head;
        private final byte[] noise = new byte[PART];
        private final long total;
        private long given;

        Large(DataSet keys, long pixelBytes, long seed) {
            byte[] before = DataSetWriter.toBytes(keys, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
            // Pixel Data, OW, explicit length.
            head = ByteBuffer.allocate(before.length + 12).order(ByteOrder.LITTLE_ENDIAN);
            head.put(before).putShort((short) 0x7fe0).putShort((short) 0x0010);
            head.put((byte) 'O').put((byte) 'W').putShort((short) 0).putInt((int) pixelBytes);
            head.flip();
            total = head.limit() + pixelBytes;
            new Random(seed).nextBytes(noise);
        }

        Digest digest() {
            return Digest.finish(sha256);
        }

        @Override
        public long lengthBytes() {
            return total;
        }

        @Override
        public int read(ByteBuffer to) {
            if (given == total) {
                return -1;
            }
            ByteBuffer part = part();
            part.limit(part.position() + Math.min(part.remaining(), to.remaining()));
            int length = part.remaining();
            sha256.update(part.duplicate());
            to.put(part);
            given += length;
            return length;
        }

        private ByteBuffer part() {
            if (given < head.limit()) {
                return head.duplicate().position((int) given);
            }
            int at = (int) ((given - head.limit()) % PART);
            long left = Math.min(PART - at, total - given);
            return ByteBuffer.wrap(noise, at, (int) left);
        }
    }
}
