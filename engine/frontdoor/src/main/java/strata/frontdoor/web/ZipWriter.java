package strata.frontdoor.web;

import strata.catalog.VersionEntry;
import strata.frontdoor.InstanceSource;
import strata.network.DataBuffer;
import strata.network.http.ResponseStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A zip archive (PKWARE APPNOTE 6.3.10) of Part 10 files, written as it is sent: entries are
 * stored, not deflated, and named {@code STUDY/SERIES/INSTANCE.dcm}. Every entry and the end record
 * are in the 64-bit form where a number needs it. For one thread.
 *
 * <p>An instance that is in memory has its checksum before its bytes, so that it can be read from a
 * stream; a longer one has it behind them, in a data descriptor, and is read by the central
 * directory. That directory takes about 150 bytes of memory for each instance.
 */
final class ZipWriter implements Package {
    /** Beyond this an archive is refused: its directory would be held in memory. */
    static final int MAX_ENTRIES = 200_000;

    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LOCATOR = 0x07064b50;
    private static final int END = 0x06054b50;
    private static final short VERSION_64 = 45;
    private static final short VERSION_20 = 20;
    private static final short UTF8_NAMES = 1 << 11;
    private static final short SUM_FOLLOWS = 1 << 3;
    /** 1980-01-01 00:00, the oldest that the format knows: entries have no date of their own. */
    private static final int NO_DATE = 0x00210000;

    private static final long MAX_32 = 0xFFFFFFFFL;
    private static final int MAX_16 = 0xFFFF;
    private static final int RECORD_BYTES = 512;

    private final ResponseStream out;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final ByteBuffer record =
            ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long position;
    private long entries;

    ZipWriter(ResponseStream out) {
        this.out = out;
    }

    @Override
    public void add(VersionEntry version, byte[] header, InstanceSource source) throws IOException {
        byte[] name = (version.key().study() + "/" + version.key().series() + "/"
                        + version.key().instance() + ".dcm")
                .getBytes(StandardCharsets.US_ASCII);
        long at = position;
        long length = header.length + source.lengthBytes();
        CRC32 sum = new CRC32();
        sum.update(header);
        DataBuffer first = source.next(SendSource.PIECE_BYTES);
        boolean whole = first != null && first.lengthBytes() == source.lengthBytes();
        try {
            if (first != null) {
                sum.update(first.data());
            }
            local(name, length, whole ? sum.getValue() : 0, whole);
            write(ByteBuffer.wrap(header));
        } catch (IOException | RuntimeException e) {
            if (first != null) {
                first.close();
            }
            throw e;
        }
        if (first != null) {
            position += first.lengthBytes();
            out.give(first.data(), first::close);
        }
        rest(source, first == null ? 0 : first.lengthBytes(), sum);
        if (!whole) {
            descriptor(sum.getValue(), length);
        }
        central(name, at, length, sum.getValue(), whole);
        entries++;
    }

    private void rest(InstanceSource source, long sent, CRC32 sum) throws IOException {
        SendSource.send(source, out, source.lengthBytes() - sent, piece -> {
            position += piece.remaining();
            sum.update(piece);
        });
    }

    private void local(byte[] name, long length, long sum, boolean whole) throws IOException {
        boolean large = length >= MAX_32;
        record.clear();
        record.putInt(LOCAL).putShort(large ? VERSION_64 : VERSION_20);
        record.putShort(flags(whole)).putShort((short) 0).putInt(NO_DATE).putInt((int) sum);
        record.putInt((int) (large ? MAX_32 : length)).putInt((int) (large ? MAX_32 : length));
        record.putShort((short) name.length).putShort((short) (large ? 20 : 0)).put(name);
        if (large) {
            record.putShort((short) 1).putShort((short) 16).putLong(length).putLong(length);
        }
        write(record.flip());
    }

    private static short flags(boolean whole) {
        return (short) (UTF8_NAMES | (whole ? 0 : SUM_FOLLOWS));
    }

    private void descriptor(long sum, long length) throws IOException {
        record.clear();
        record.putInt(DESCRIPTOR).putInt((int) sum);
        if (length >= MAX_32) {
            record.putLong(length).putLong(length);
        } else {
            record.putInt((int) length).putInt((int) length);
        }
        write(record.flip());
    }

    private void central(byte[] name, long at, long length, long sum, boolean whole) {
        boolean large = length >= MAX_32;
        boolean far = at >= MAX_32;
        int extra = (large ? 16 : 0) + (far ? 8 : 0);
        short version = large || far ? VERSION_64 : VERSION_20;
        record.clear();
        record.putInt(CENTRAL).putShort(version).putShort(version);
        record.putShort(flags(whole)).putShort((short) 0).putInt(NO_DATE).putInt((int) sum);
        record.putInt((int) (large ? MAX_32 : length)).putInt((int) (large ? MAX_32 : length));
        record.putShort((short) name.length).putShort((short) (extra == 0 ? 0 : extra + 4));
        record.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
        record.putInt((int) (far ? MAX_32 : at)).put(name);
        if (extra > 0) {
            record.putShort((short) 1).putShort((short) extra);
            if (large) {
                record.putLong(length).putLong(length);
            }
            if (far) {
                record.putLong(at);
            }
        }
        directory.write(record.array(), 0, record.position());
    }

    @Override
    public void end() throws IOException {
        long at = position;
        write(ByteBuffer.wrap(directory.toByteArray()));
        long length = position - at;
        boolean large = entries >= MAX_16 || length >= MAX_32 || at >= MAX_32;
        record.clear();
        if (large) {
            long end = position;
            record.putInt(END_64).putLong(44).putShort(VERSION_64).putShort(VERSION_64);
            record.putInt(0).putInt(0).putLong(entries).putLong(entries);
            record.putLong(length).putLong(at);
            record.putInt(END_64_LOCATOR).putInt(0).putLong(end).putInt(1);
        }
        short count = (short) (large ? MAX_16 : entries);
        record.putInt(END)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(count)
                .putShort(count);
        record.putInt((int) (large ? MAX_32 : length)).putInt((int) (large ? MAX_32 : at));
        record.putShort((short) 0);
        write(record.flip());
    }

    private void write(ByteBuffer bytes) throws IOException {
        position += bytes.remaining();
        out.write(bytes);
    }
}
