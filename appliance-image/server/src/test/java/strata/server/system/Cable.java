package strata.server.system;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What one site reaches another by, which can be cut and healed; counts what goes forth. */
final class Cable implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesForth = new AtomicLong();
    private volatile boolean cut;

    /** @param target the port behind it; nobody needs to listen there yet */
    Cable(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Bytes that the connecting site sent so far. */
    long bytesForth() {
        return bytesForth.get();
    }

    /** Ends all connections, and takes no more. */
    void cut() {
        cut = true;
        sockets.forEach(Cable::end);
    }

    void heal() {
        cut = false;
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            Socket from = null;
            try {
                from = listening.accept();
                sockets.add(from);
                if (!cut) {
                    connect(from);
                }
            } catch (IOException e) {
                cut = cut || listening.isClosed(); // Nobody listens behind it at present.
                end(from);
            }
            if (cut) {
                sockets.forEach(Cable::end);
            }
        }
    }

    private void connect(Socket from) throws IOException {
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(to);
        thread(() -> pump(from, to, bytesForth));
        thread(() -> pump(to, from, new AtomicLong()));
    }

    private void pump(Socket from, Socket to, AtomicLong count) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                count.addAndGet(n);
            }
        } catch (IOException e) {
            cut = cut || listening.isClosed(); // One end has gone, and so the other goes.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void end(Closeable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("a socket that cannot be closed", e);
        }
    }

    @Override
    public void close() {
        cut = true;
        end(listening);
        sockets.forEach(Cable::end);
    }
}
