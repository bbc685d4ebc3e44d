package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * T13 for the web door: large requests to a server with a heap of 256 MiB. One request of a few
 * large instances and two of endless nonsense; nothing gathers any of them, and the server goes on.
 */
class StowMemoryTest {
    private static final long MEGABYTES = Long.getLong("strata.memory.megabytes", 300);
    private static final int INSTANCES = 3;
    private static final long STUDY = 7;

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void requestsOfAnyLengthPass() throws Exception {
        Path gc = folder.resolve("gc.log");
        ServerProcess server = ServerProcess.start(
                processes, folder, List.of("-Xmx256m", "-Xlog:gc:file=" + gc), List.of());
        HttpResponse<String> stored = post(server, () -> body(INSTANCES));
        assertEquals(200, stored.statusCode(), stored.body());
        assertEquals(INSTANCES, stored.body().split("00081155", -1).length - 1);
        int cut = endless(server);
        assertTrue(cut == 400 || cut == 0, "an endless preamble: " + cut);
        assertEquals(200, post(server, () -> body(1)).statusCode());
        server.stop();
        long peak = MemoryTest.peakAfterCollection(Files.readString(gc));
        assertTrue(peak < 128, "live heap of " + peak + " MiB");
    }

    /** The status, or 0 when the connection is cut before it is read. */
    private static int endless(ServerProcess server) throws Exception {
        InputStream nonsense = new InputStream() {
            @Override
            public int read() {
                return '-';
            }
        };
        try {
            return post(server, () -> nonsense).statusCode();
        } catch (IOException expected) {
            return 0;
        }
    }

    private static HttpResponse<String> post(
            ServerProcess server, java.util.function.Supplier<InputStream> body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.http() + "/dicom-web/studies"))
                .header("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofInputStream(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static InputStream body(int instances) {
        List<InputStream> parts =
                IntStream.range(0, instances).mapToObj(StowMemoryTest::part).toList();
        return new SequenceInputStream(
                new SequenceInputStream(Collections.enumeration(parts)), stream("\r\n--x--"));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static InputStream part(int number) {
        DataSet keys = Item.keys(SopClasses.CT_IMAGE, STUDY, number);
        int pixelBytes = (int) (MEGABYTES / INSTANCES << 20);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(Part10.header(
                SopClasses.CT_IMAGE,
                keys.uid(Tag.SOPInstanceUID).orElseThrow(),
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid()));
        head.writeBytes(DataSetWriter.toBytes(keys, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
        // Pixel Data, OW, explicit length.
        head.writeBytes(ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x7fe0)
                .putShort((short) 0x0010)
                .put((byte) 'O')
                .put((byte) 'W')
                .putShort((short) 0)
                .putInt(pixelBytes)
                .array());
        InputStream pixels = new InputStream() {
            private int left = pixelBytes;

            @Override
            public int read() {
                return left-- > 0 ? number : -1;
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                int count = Math.min(left, length);
                left -= count;
                return count == 0 && length > 0 ? -1 : count;
            }
        };
        return new SequenceInputStream(Collections.enumeration(List.of(
                stream("\r\n--x\r\n\r\n"), new ByteArrayInputStream(head.toByteArray()), pixels)));
    }
}
