package strata.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends prepared objects by STOW-RS as fast as a server takes them: {@code StowLoad PORT SAMPLE
 * CONNECTIONS PARTS COUNT}, to this machine. Each connection sends one request of so many parts
 * after the other. Prints one line, tabs between: objects, bytes, seconds.
 *
 * <p>Ends with 1 when any request was not answered with 200.
 */
public final class StowLoad {
    private static final String BOUNDARY = "load";
    private static final int BUFFER_BYTES = 128 * 1024;

    private final PreparedObjects objects;
    private final int port;
    private final int parts;
    private final int count;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private StowLoad(PreparedObjects objects, int port, int parts, int count) {
        this.objects = objects;
        this.port = port;
        this.parts = parts;
        this.count = count;
    }

    public static void main(String[] arguments)
            throws IOException, InterruptedException, ExecutionException {
        if (arguments.length != 5) {
            System.err.println("usage: StowLoad PORT SAMPLE CONNECTIONS PARTS COUNT");
            System.exit(2);
        }
        PreparedObjects objects =
                new PreparedObjects(Sample.valueOf(arguments[1]), System.currentTimeMillis());
        StowLoad load = new StowLoad(
                objects,
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        load.run(Integer.parseInt(arguments[2]));
        if (load.failed.get() > 0) {
            System.err.println(load.failed + " requests were not answered with 200");
            System.exit(1);
        }
    }

    private void run(int connections) throws InterruptedException, ExecutionException {
        ExecutorService senders = Executors.newFixedThreadPool(connections);
        long began = System.nanoTime();
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            ends.add(senders.submit(this::send));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        senders.shutdown();
        System.out.printf(
                Locale.ROOT,
                "%d\t%d\t%.3f%n",
                count,
                (long) count * objects.lengthBytes(),
                seconds);
    }

    private Void send() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int from = next.getAndAdd(parts); from < count; from = next.getAndAdd(parts)) {
                request(out, from, Math.min(parts, count - from));
                if (status(in) != 200) {
                    failed.incrementAndGet();
                    return null;
                }
            }
        }
        return null;
    }

    private void request(OutputStream out, int from, int instances) throws IOException {
        List<byte[]> heads = new ArrayList<>();
        long length = 0;
        for (int i = from; i < from + instances; i++) {
            heads.add(objects.fileHeader(i));
            length += heads.get(heads.size() - 1).length + (long) objects.lengthBytes();
        }
        byte[] before = ascii("\r\n--" + BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n");
        byte[] end = ascii("\r\n--" + BOUNDARY + "--");
        length += (long) before.length * instances + end.length;
        out.write(ascii("POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: multipart/related; type=\"application/dicom\"; boundary="
                + BOUNDARY + "\r\nContent-Length: " + length + "\r\n\r\n"));
        for (int i = 0; i < instances; i++) {
            out.write(before);
            out.write(heads.get(i));
            objects.writeTo(from + i, out);
        }
        out.write(end);
        out.flush();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads one response with a Content-Length. */
    private static int status(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return 0;
            }
            head.append((char) next);
        }
        String fields = head.toString().toLowerCase(Locale.ROOT);
        int at = fields.indexOf("content-length:") + "content-length:".length();
        int length =
                Integer.parseInt(fields.substring(at, fields.indexOf('\r', at)).strip());
        in.skipNBytes(length);
        return Integer.parseInt(head.substring(9, 12));
    }
}
