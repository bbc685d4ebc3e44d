package strata.tier;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Uid;
import strata.codec.EncodedLayout;
import strata.codec.EncodingProfile;
import strata.codec.ObjectEncoder;
import strata.codec.PixelTally;
import strata.codec.SeriesContext;
import strata.codec.SeriesTemplate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one pack from start to end, without ever going back, so that any stream will do. Holds one
 * chunk and the footer in memory. Objects of a series should follow each other: they share a
 * template as long as they do. One writer for one pack; not thread-safe.
 */
public final class PackWriter {
    private static final int BUFFER_BYTES = 256 << 10;

    private final List<PackObject> objects;
    private final PackId id;
    private final EncodingProfile profile;
    private final CountingStream out;
    private final PackFooter.Builder footer;

    private PackWriter(List<PackObject> objects, EncodingProfile profile, OutputStream to) {
        this.objects = List.copyOf(objects);
        this.id = PackId.of(objects);
        this.profile = profile;
        this.out = new CountingStream(new BufferedOutputStream(to, BUFFER_BYTES));
        this.footer = new PackFooter.Builder(id);
    }

    /** As below, with the codec's default profile. */
    public static PackSummary write(List<PackObject> objects, Instant created, OutputStream to)
            throws IOException {
        return write(objects, EncodingProfile.FAST, created, to);
    }

    /**
     * Writes the pack and flushes the stream; whether it is durable then is the stream's matter.
     *
     * @param objects 1 to {@link PackFormat#MAX_ENTRIES}; each content is opened once
     * @param created only for the reader's information
     * @param to not closed; of no use after an exception
     * @throws CorruptDataException when a content has another length or digest than announced; it
     *     names the object
     */
    public static PackSummary write(
            List<PackObject> objects, EncodingProfile profile, Instant created, OutputStream to)
            throws IOException {
        return write(objects, profile, created, to, new PixelTally());
    }

    /** As above; the tally is told of the native pixel data. */
    public static PackSummary write(
            List<PackObject> objects,
            EncodingProfile profile,
            Instant created,
            OutputStream to,
            PixelTally tally)
            throws IOException {
        if (objects.isEmpty() || objects.size() > PackFormat.MAX_ENTRIES) {
            throw new IllegalArgumentException("a pack of " + objects.size() + " objects");
        }
        return new PackWriter(objects, profile, to).write(created, tally);
    }

    private PackSummary write(Instant created, PixelTally tally) throws IOException {
        writeHeader(created);
        try (ObjectEncoder encoder = new ObjectEncoder(profile, tally)) {
            int from = 0;
            while (from < objects.size()) {
                int end = from + 1;
                while (end < objects.size() && sameSeries(from, end)) {
                    end++;
                }
                writeSeries(encoder, from, end);
                from = end;
            }
        }
        long footerOffset = out.count;
        ByteBuffer bytes = footer.bytes();
        int footerCrc = bytes.getInt(bytes.limit() - PackFormat.CRC_LENGTH);
        out.write(bytes.array(), 0, bytes.limit());
        writeTrailer(footerOffset, bytes.limit(), footerCrc);
        out.flush();
        return PackSummary.of(id.toString(), out.count, footer.entries());
    }

    private boolean sameSeries(int one, int other) {
        Uid series = objects.get(one).key().series();
        Uid study = objects.get(one).key().study();
        return series.equals(objects.get(other).key().series())
                && study.equals(objects.get(other).key().study());
    }

    private void writeHeader(Instant created) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(PackFormat.HEADER_LENGTH);
        header.put(PackFormat.HEADER_MAGIC).putShort((short) PackFormat.VERSION).putShort((short)
                0);
        header.putInt(objects.size());
        id.write(header);
        header.putLong(created.toEpochMilli());
        header.position(PackFormat.HEADER_LENGTH - PackFormat.CRC_LENGTH);
        PackFormat.putCrc(header);
        out.write(header.array());
    }

    private void writeSeries(ObjectEncoder encoder, int from, int end) throws IOException {
        try (SeriesContext series = end - from == 1 ? SeriesContext.ofOne() : new SeriesContext()) {
            List<Written> written = new ArrayList<>();
            for (int i = from; i < end; i++) {
                written.add(writeEntry(encoder, series, i));
            }
            int template = PackFormat.NO_TEMPLATE;
            if (series.template().isPresent()) {
                template = writeTemplate(series.template().get());
            }
            for (Written w : written) {
                PackObject object = objects.get(w.number);
                footer.add(new PackEntry(
                        w.number,
                        object.id(),
                        object.key(),
                        object.digest(),
                        object.lengthBytes(),
                        object.attributes(),
                        w.offset,
                        w.layout,
                        template));
            }
        }
    }

    private record Written(int number, long offset, EncodedLayout layout) {}

    private Written writeEntry(ObjectEncoder encoder, SeriesContext series, int number)
            throws IOException {
        PackObject object = objects.get(number);
        ByteBuffer header = ByteBuffer.allocate(PackFormat.ENTRY_HEADER_LENGTH);
        header.put(PackFormat.ENTRY_MAGIC).putInt(number);
        object.id().write(header);
        object.digest().write(header);
        header.putLong(object.lengthBytes());
        header.putInt(0);
        PackFormat.putCrc(header);
        out.write(header.array());
        long offset = out.count;
        MessageDigest sha256 = Digest.newSha256();
        EncodedLayout layout;
        try (InputStream content = object.content().open()) {
            layout = encoder.encode(new DigestInputStream(content, sha256), series, out);
        }
        if (layout.originalBytes() != object.lengthBytes()) {
            throw new CorruptDataException(
                    "source of " + object.id(),
                    Math.min(layout.originalBytes(), object.lengthBytes()),
                    object.lengthBytes() + " bytes",
                    layout.originalBytes());
        }
        Digest found = Digest.finish(sha256);
        if (!found.equals(object.digest())) {
            throw new CorruptDataException(
                    "source of " + object.id(), 0, "SHA-256 " + object.digest(), found);
        }
        return new Written(number, offset, layout);
    }

    private int writeTemplate(SeriesTemplate template) throws IOException {
        byte[] frame = template.compress();
        ByteBuffer header = ByteBuffer.allocate(PackFormat.TEMPLATE_HEADER_LENGTH);
        int number = footer.addTemplate(out.count, frame.length);
        header.put(PackFormat.TEMPLATE_MAGIC).putInt(number);
        header.putInt(template.lengthBytes()).putInt(frame.length);
        header.putInt(PackFormat.crc(ByteBuffer.wrap(frame)));
        PackFormat.putCrc(header);
        out.write(header.array());
        out.write(frame);
        return number;
    }

    private void writeTrailer(long footerOffset, int footerLength, int footerCrc)
            throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(PackFormat.TRAILER_LENGTH);
        trailer.put(PackFormat.TRAILER_MAGIC).putLong(footerOffset).putLong(footerLength);
        id.write(trailer);
        trailer.putInt(footerCrc);
        PackFormat.putCrc(trailer);
        out.write(trailer.array());
    }

    /** Knows the offset that the next byte will have. */
    private static final class CountingStream extends OutputStream {
        private final OutputStream to;
        private long count;

        CountingStream(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int value) throws IOException {
            to.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            to.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }
    }
}
