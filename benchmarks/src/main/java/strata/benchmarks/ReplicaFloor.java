package strata.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.nio.file.ExtendedOpenOption;

import strata.base.Digest;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What no replica can do without, by itself: the same number of bytes read from the page cache,
 * through a socket of loopback, digested, checked, written past the page cache and synced; each
 * alone, and all of them as the barest copy between two threads: no objects, no frames, no index,
 * no answers. In CPU seconds of this process.
 */
final class ReplicaFloor implements Closeable {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PAGE_BYTES = 4096;
    private static final int SYNC_BYTES = 32 << 20;
    private static final int TLS_RECORD_BYTES = 16 << 10;
    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;
    private static final int KEY_BYTES = 32;

    private final Path source;
    private final Path target;
    private final long bytes;

    /** @param bytes how many, rounded down to whole pieces */
    ReplicaFloor(Path directory, long bytes) throws IOException {
        this.source = directory.resolve("floor-source");
        this.target = directory.resolve("floor-target");
        this.bytes = bytes / PIECE_BYTES * PIECE_BYTES;
        ByteBuffer piece = piece();
        try (FileChannel file =
                FileChannel.open(source, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = 0; at < this.bytes; at += PIECE_BYTES) {
                writeAll(file, piece.clear(), at);
            }
        }
    }

    private interface Step {
        void run() throws IOException, GeneralSecurityException;
    }

    /** CPU seconds per GB of each part, then those and the MB/s of the barest copy. */
    record Floor(Map<String, Double> secondsPerGigabyte, double megabytesPerSecond) {}

    Floor measure() throws IOException, GeneralSecurityException {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("read from the page cache", cost(this::read));
        parts.put("loopback, both ends", cost(() -> send(false)));
        parts.put("SHA-256", cost(this::digest));
        parts.put("CRC32C, once", cost(this::check));
        parts.put("write past the page cache, sync", cost(this::write));
        parts.put("AES-256-GCM, both ends (a site elsewhere)", cost(this::encrypt));
        long begin = System.nanoTime();
        parts.put("all but AES: the barest copy", cost(() -> send(true)));
        return new Floor(parts, bytes * 1e3 / (System.nanoTime() - begin));
    }

    private double cost(Step step) throws IOException, GeneralSecurityException {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        step.run();
        return (double) (system.getProcessCpuTime() - before) / bytes;
    }

    private static ByteBuffer piece() {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .limit(PIECE_BYTES)
                .slice();
        SplittableRandom random = new SplittableRandom(1);
        while (piece.hasRemaining()) {
            piece.putLong(random.nextLong());
        }
        return piece.clear();
    }

    private void read() throws IOException {
        ByteBuffer piece = piece();
        try (FileChannel file = FileChannel.open(source, StandardOpenOption.READ)) {
            for (long at = 0; at < bytes; at += PIECE_BYTES) {
                readAll(file, piece.clear(), at);
            }
        }
    }

    private void digest() {
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer piece = piece();
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            sha256.update(piece.clear());
        }
        sha256.digest();
    }

    private void check() {
        CRC32C crc = new CRC32C();
        ByteBuffer piece = piece();
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            crc.update(piece.clear());
        }
    }

    private void write() throws IOException {
        ByteBuffer piece = piece();
        try (FileChannel file = create()) {
            for (long at = 0; at < bytes; at += PIECE_BYTES) {
                writeAndSync(file, piece.clear(), at);
            }
            file.force(false);
        }
    }

    private FileChannel create() throws IOException {
        Files.deleteIfExists(target);
        return FileChannel.open(
                target,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                ExtendedOpenOption.DIRECT);
    }

    private static void writeAndSync(FileChannel file, ByteBuffer piece, long at)
            throws IOException {
        writeAll(file, piece, at);
        if ((at + PIECE_BYTES) % SYNC_BYTES == 0) {
            file.force(false);
        }
    }

    private void encrypt() throws GeneralSecurityException {
        SecretKeySpec key = new SecretKeySpec(new byte[KEY_BYTES], "AES");
        Cipher out = Cipher.getInstance("AES/GCM/NoPadding");
        Cipher in = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] plain = new byte[TLS_RECORD_BYTES];
        byte[] sealed = new byte[TLS_RECORD_BYTES + TAG_BITS / Byte.SIZE];
        ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
        for (long at = 0; at < bytes; at += TLS_RECORD_BYTES) {
            GCMParameterSpec with =
                    new GCMParameterSpec(TAG_BITS, nonce.putLong(0, at).array().clone());
            out.init(Cipher.ENCRYPT_MODE, key, with);
            out.doFinal(plain, 0, plain.length, sealed);
            in.init(Cipher.DECRYPT_MODE, key, with);
            in.doFinal(sealed, 0, sealed.length, plain);
        }
    }

    /** From one thread to another; the barest copy reads, checks, digests and writes as well. */
    private void send(boolean copy) throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel out = SocketChannel.open(listening.getLocalAddress());
                SocketChannel in = listening.accept();
                FileChannel from = FileChannel.open(source, StandardOpenOption.READ)) {
            CompletableFuture<Void> taken = CompletableFuture.runAsync(() -> take(in, copy));
            ByteBuffer piece = piece();
            CRC32C crc = new CRC32C();
            for (long at = 0; at < bytes; at += PIECE_BYTES) {
                piece.clear();
                if (copy) {
                    readAll(from, piece, at);
                    crc.update(piece.flip());
                    piece.rewind();
                }
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
            out.shutdownOutput();
            taken.join();
        }
    }

    private void take(SocketChannel from, boolean copy) {
        MessageDigest sha256 = Digest.newSha256();
        CRC32C crc = new CRC32C();
        ByteBuffer piece = piece();
        try (FileChannel file = create()) {
            for (long at = 0; at < bytes; at += PIECE_BYTES) {
                piece.clear();
                while (piece.hasRemaining()) {
                    if (from.read(piece) < 0) {
                        throw new IOException("loopback lost bytes");
                    }
                }
                if (copy) {
                    crc.update(piece.flip());
                    sha256.update(piece.rewind());
                    writeAndSync(file, piece.rewind(), at);
                }
            }
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readAll(FileChannel file, ByteBuffer to, long at) throws IOException {
        while (to.hasRemaining()) {
            if (file.read(to, at + to.position()) < 0) {
                throw new IOException("file is shorter than written");
            }
        }
    }

    private static void writeAll(FileChannel file, ByteBuffer from, long at) throws IOException {
        while (from.hasRemaining()) {
            file.write(from, at + from.position());
        }
    }

    /** Removes its files. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(source);
        Files.deleteIfExists(target);
    }
}
