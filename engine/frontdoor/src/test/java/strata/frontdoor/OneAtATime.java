package strata.frontdoor;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes connections on to a server on this machine, the next one when the last has ended. */
final class OneAtATime implements Closeable {
    private final ServerSocket listening =
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;

    OneAtATime(int server) throws IOException {
        this.server = server;
        start("one-at-a-time", this::run);
    }

    int port() {
        return listening.getLocalPort();
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void run() {
        while (!listening.isClosed()) {
            try (Socket from = listening.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), server)) {
                Thread back = start("one-at-a-time-back", () -> copy(to, from));
                copy(from, to);
                back.join();
            } catch (IOException | InterruptedException e) {
                if (listening.isClosed()) {
                    return;
                }
            }
        }
    }

    /** Until the one side ends; then the other hears of it. */
    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // A side that was closed under us has ended, too.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
