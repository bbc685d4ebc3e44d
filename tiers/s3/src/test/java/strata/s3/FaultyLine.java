package strata.s3;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bad line to a server: each connection ends with a fault after some bytes. Which fault and when
 * follows from the seed and the number of the connection.
 */
final class FaultyLine implements Closeable {
    private enum Fault {
        /** The answer breaks off, and the connection with it. */
        HALF_AN_ANSWER,
        /** The connection is reset while the request is sent. */
        RESET,
        /** The server says 503 and hears nothing. */
        BUSY,
        /** A few bytes at a time, then the end. */
        SLOW
    }

    private static final int MOST_BYTES = 400_000;
    private static final byte[] BUSY_ANSWER = ("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listening;
    private final int target;
    private final SplittableRandom seeds;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    final AtomicInteger faults = new AtomicInteger();

    FaultyLine(int target, long seed) throws IOException {
        this.target = target;
        this.seeds = new SplittableRandom(seed);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("line", this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                sockets.add(client);
                SplittableRandom random = seeds.split();
                start("line-connection", () -> serve(client, random));
            }
        } catch (IOException e) {
            sockets.forEach(FaultyLine::close); // The test has ended.
        }
    }

    private void serve(Socket client, SplittableRandom random) {
        Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        long request = fault == Fault.RESET ? random.nextInt(MOST_BYTES) : Long.MAX_VALUE;
        long answer = fault == Fault.RESET ? Long.MAX_VALUE : random.nextInt(MOST_BYTES);
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            sockets.add(server);
            if (fault == Fault.BUSY && random.nextBoolean()) {
                faults.incrementAndGet();
                client.getInputStream().read(new byte[8192]);
                client.getOutputStream().write(BUSY_ANSWER);
                return;
            }
            start("line-request", () -> pump(client, server, request, false));
            pump(server, client, answer, fault == Fault.SLOW);
        } catch (IOException e) {
            faults.incrementAndGet();
        }
    }

    /** Passes bytes on until so many have passed, then breaks both connections. */
    private void pump(Socket from, Socket to, long most, boolean slow) {
        byte[] buffer = new byte[slow ? 700 : 16_384];
        long left = most;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                left -= count;
                if (slow && stopped.await(2, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            faults.incrementAndGet();
            from.setSoLinger(true, 0);
            to.setSoLinger(true, 0);
        } catch (IOException e) {
            faults.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        stopped.countDown();
        listening.close();
        sockets.forEach(FaultyLine::close);
    }
}
