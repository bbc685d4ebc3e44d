package strata.tier;

import strata.base.CorruptDataException;
import strata.codec.ObjectDecoder;
import strata.codec.PixelTally;
import strata.codec.SeriesTemplate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pack with one footer: not sealed, or all of it by one key, which the source opens. */
final class PlainPack implements PackReader {
    private static final int VERIFY_BUFFER_BYTES = 256 << 10;

    private final String where;
    private final PackSource source;
    private final PackFooter footer;
    private final Instant created;
    private final long lengthBytes;

    private int cachedNumber = PackFormat.NO_TEMPLATE;
    private SeriesTemplate cachedTemplate;

    private PlainPack(
            String where, PackSource source, PackFooter footer, Instant created, long length) {
        this.where = where;
        this.source = source;
        this.footer = footer;
        this.created = created;
        this.lengthBytes = length;
    }

    /**
     * As {@link PackReader#open(String, PackSource)}, of what is known to be none that is shared.
     */
    static PlainPack open(String where, PackSource source) throws IOException {
        boolean opened = false;
        try {
            long length = source.lengthBytes();
            long least = PackFormat.HEADER_LENGTH + PackFormat.TRAILER_LENGTH;
            if (length < least) {
                throw new CorruptDataException(
                        where, length, "at least " + least + " bytes", length);
            }
            ByteBuffer header = PackFormat.fetch(source, where, 0, PackFormat.HEADER_LENGTH);
            PackFormat.checkHeader(header, where);
            header.getShort();
            int count = header.getInt();
            PackId id = PackId.read(header);
            Instant created = Instant.ofEpochMilli(header.getLong());
            PackFooter footer = readFooter(source, where, length, id);
            if (footer.entries().size() != count) {
                throw new CorruptDataException(
                        where, 0, count + " entries", footer.entries().size());
            }
            opened = true;
            return new PlainPack(where, source, footer, created, source.storedBytes());
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    private static PackFooter readFooter(PackSource source, String where, long length, PackId id)
            throws IOException {
        long at = length - PackFormat.TRAILER_LENGTH;
        ByteBuffer trailer = PackFormat.fetch(source, where, at, PackFormat.TRAILER_LENGTH);
        PackFormat.checkCrc(trailer, where, at);
        PackFormat.checkMagic(trailer, PackFormat.TRAILER_MAGIC, where, at);
        long offset = trailer.getLong();
        long footerLength = trailer.getLong();
        PackId trailerId = PackId.read(trailer);
        int crc = trailer.getInt();
        boolean valid = footerLength >= PackFormat.CRC_LENGTH
                && footerLength <= PackFormat.MAX_FOOTER_BYTES
                && offset >= PackFormat.HEADER_LENGTH
                && offset == at - footerLength;
        if (!valid) {
            throw new CorruptDataException(where, at, "a footer before the trailer", offset);
        }
        ByteBuffer bytes = PackFormat.fetch(source, where, offset, (int) footerLength);
        int stored = bytes.getInt(bytes.limit() - PackFormat.CRC_LENGTH);
        PackFooter footer = PackFooter.read(bytes, where, offset);
        if (stored != crc || !footer.id().equals(id) || !trailerId.equals(id)) {
            throw new CorruptDataException(where, offset, "the footer of " + id, footer.id());
        }
        return footer;
    }

    @Override
    public PackId id() {
        return footer.id();
    }

    @Override
    public Instant created() {
        return created;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int size() {
        return footer.entries().size();
    }

    @Override
    public List<PackEntry> entries() {
        return footer.entries();
    }

    @Override
    public List<PackEntry> entries(Unlisted unlisted) {
        return footer.entries();
    }

    @Override
    public List<PackTemplate> templates() {
        int[] serves = new int[footer.templates().size()];
        for (PackEntry entry : entries()) {
            if (entry.template() != PackFormat.NO_TEMPLATE) {
                serves[entry.template()]++;
            }
        }
        List<PackTemplate> out = new ArrayList<>();
        for (int number = 0; number < serves.length; number++) {
            PackFooter.Template at = footer.templates().get(number);
            out.add(new PackTemplate(number, at.offset(), at.storedBytes(), serves[number]));
        }
        return List.copyOf(out);
    }

    @Override
    public PackSummary summary() {
        return PackSummary.of(id().toString(), lengthBytes, entries());
    }

    @Override
    public PackEntryReader read(int number, PixelTally tally) throws IOException {
        PackEntry entry = entry(number);
        checkEntryHeader(entry);
        Optional<SeriesTemplate> template = entry.template() == PackFormat.NO_TEMPLATE
                ? Optional.empty()
                : Optional.of(template(entry.template()));
        String name = where + " entry " + number;
        ObjectDecoder decoder = new ObjectDecoder(
                name,
                (to, position) -> source.read(to, entry.offset() + position),
                entry.layout(),
                template,
                tally);
        return new PackEntryReader(name, entry, decoder);
    }

    @Override
    public void verify(int number) throws IOException {
        source.dropCache();
        ByteBuffer buffer = ByteBuffer.allocate(VERIFY_BUFFER_BYTES);
        try (PackEntryReader reader = read(number)) {
            while (reader.read(buffer.clear()) >= 0) {
                // The reader compares the digest before it gives out the last byte.
            }
        }
    }

    @Override
    public PackEntry entry(int number) {
        if (number < 0 || number >= entries().size()) {
            throw new IllegalArgumentException(where + " has no entry " + number);
        }
        return entries().get(number);
    }

    private void checkEntryHeader(PackEntry entry) throws IOException {
        long at = entry.offset() - PackFormat.ENTRY_HEADER_LENGTH;
        if (at < PackFormat.HEADER_LENGTH) {
            throw new CorruptDataException(where, at, "room for an entry header", entry.offset());
        }
        ByteBuffer header = PackFormat.fetch(source, where, at, PackFormat.ENTRY_HEADER_LENGTH);
        PackFormat.checkCrc(header, where, at);
        PackFormat.checkMagic(header, PackFormat.ENTRY_MAGIC, where, at);
        ByteBuffer expected = ByteBuffer.allocate(PackFormat.ENTRY_HEADER_LENGTH);
        expected.putInt(entry.number());
        entry.id().write(expected);
        entry.digest().write(expected);
        expected.putLong(entry.lengthBytes()).putInt(0).flip();
        if (!header.slice(header.position(), expected.remaining()).equals(expected)) {
            throw new CorruptDataException(
                    where, at, "entry " + entry.number() + " of " + entry.id(), "another");
        }
    }

    private synchronized SeriesTemplate template(int number) throws IOException {
        if (cachedNumber == number) {
            return cachedTemplate;
        }
        PackFooter.Template place = footer.templates().get(number);
        int stored = place.storedBytes();
        long at = place.offset();
        if (stored < 1 || stored > SeriesTemplate.MAX_COMPRESSED_BYTES) {
            throw new CorruptDataException(where, at, "a template within the limit", stored);
        }
        ByteBuffer bytes =
                PackFormat.fetch(source, where, at, PackFormat.TEMPLATE_HEADER_LENGTH + stored);
        ByteBuffer header = bytes.slice(0, PackFormat.TEMPLATE_HEADER_LENGTH);
        PackFormat.checkCrc(header, where, at);
        PackFormat.checkMagic(header, PackFormat.TEMPLATE_MAGIC, where, at);
        int foundNumber = header.getInt();
        int length = header.getInt();
        int foundStored = header.getInt();
        int crc = header.getInt();
        byte[] frame = new byte[stored];
        bytes.get(PackFormat.TEMPLATE_HEADER_LENGTH, frame);
        int computed = PackFormat.crc(ByteBuffer.wrap(frame));
        if (foundNumber != number || foundStored != stored || crc != computed) {
            throw new CorruptDataException(
                    where,
                    at,
                    "template " + number + " with CRC " + Integer.toHexString(crc),
                    Integer.toHexString(computed));
        }
        cachedTemplate = SeriesTemplate.decompress(frame, length, where);
        cachedNumber = number;
        return cachedTemplate;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
