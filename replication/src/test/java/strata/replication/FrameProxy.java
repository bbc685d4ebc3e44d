package strata.replication;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bad network between two sites: takes the stream apart into frames and delays, drops, repeats,
 * swaps, replays and damages some of them, or cuts the connection. The faults follow from the seed
 * and the frame's number, not from time.
 */
final class FrameProxy implements Closeable {
    enum Fault {
        CUT,
        CUT_INSIDE,
        FLIP,
        DROP,
        REPEAT,
        SWAP,
        REPLAY,
        DELAY
    }

    private final ServerSocket listening;
    private volatile int target;
    private final SplittableRandom seeds;
    private final int oneIn;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    final AtomicInteger faults = new AtomicInteger();
    private volatile boolean calm;
    private volatile boolean closed;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param oneIn a fault in so many frames, on average */
    FrameProxy(int target, long seed, int oneIn) throws IOException {
        this.target = target;
        this.oneIn = oneIn;
        this.seeds = new SplittableRandom(seed);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread("proxy", this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** The site behind it came back at another port; connections from now on go there. */
    void retarget(int port) {
        target = port;
    }

    /** No faults from now on. */
    void calm() {
        calm = true;
    }

    /** Cuts all connections. */
    void cut() {
        sockets.forEach(FrameProxy::close);
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket from = listening.accept();
                Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(from);
                sockets.add(to);
                SplittableRandom there = seeds.split();
                SplittableRandom back = seeds.split();
                thread("proxy-there", () -> pump(from, to, there));
                thread("proxy-back", () -> pump(to, from, back));
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void pump(Socket from, Socket to, SplittableRandom random) {
        try {
            DataInputStream in = new DataInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            List<byte[]> history = new ArrayList<>();
            byte[] held = null;
            while (true) {
                byte[] frame = frame(in);
                Fault fault = calm || random.nextInt(oneIn) != 0
                        ? null
                        : Fault.values()[random.nextInt(Fault.values().length)];
                if (fault != null) {
                    faults.incrementAndGet();
                }
                if (fault == Fault.SWAP && held == null) {
                    held = frame;
                    continue;
                }
                write(out, frame, fault, history, random);
                if (held != null) {
                    out.write(held);
                    held = null;
                }
                if (history.size() < 20) {
                    history.add(frame);
                }
            }
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private void write(
            OutputStream out,
            byte[] frame,
            Fault fault,
            List<byte[]> history,
            SplittableRandom random)
            throws IOException {
        if (fault == null) {
            out.write(frame);
            return;
        }
        switch (fault) {
            case CUT -> throw new IOException("cut");
            case CUT_INSIDE -> {
                out.write(frame, 0, random.nextInt(frame.length));
                throw new IOException("cut");
            }
            case FLIP -> {
                byte[] flipped = frame.clone();
                flipped[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                out.write(flipped);
            }
            case DROP -> {}
            case REPEAT -> {
                out.write(frame);
                out.write(frame);
            }
            case REPLAY -> {
                out.write(frame);
                if (!history.isEmpty()) {
                    out.write(history.get(random.nextInt(history.size())));
                }
            }
            case DELAY -> {
                pause(random.nextInt(30));
                out.write(frame);
            }
            case SWAP -> out.write(frame);
        }
    }

    private void pause(int millis) throws IOException {
        try {
            if (stopped.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("stopped");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        byte[] header = new byte[FrameWriter.HEADER_BYTES];
        in.readFully(header);
        int length = java.nio.ByteBuffer.wrap(header).getInt(8);
        byte[] frame = java.util.Arrays.copyOf(header, header.length + length);
        in.readFully(frame, header.length, length);
        return frame;
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException expected) {
            // It is to be gone, and it is.
        }
    }

    @Override
    public void close() {
        closed = true;
        stopped.countDown();
        close(listening);
        cut();
    }
}
