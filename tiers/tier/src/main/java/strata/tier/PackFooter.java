package strata.tier;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.codec.EncodedLayout;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The index at the end of a pack. Immutable.
 *
 * @param templates where each series template lies
 * @param entries in order of their numbers
 */
record PackFooter(PackId id, List<Template> templates, List<PackEntry> entries) {
    /**
     * @param offset of the template's header in the pack
     * @param storedBytes of its zstd frame
     */
    record Template(long offset, int storedBytes) {}

    private record Series(Uid study, Uid series, int template) {}

    /** Collects the footer while the pack is written. */
    static final class Builder {
        private final PackId id;
        private final List<Template> templates = new ArrayList<>();
        private final List<PackEntry> entries = new ArrayList<>();
        private final List<Series> series = new ArrayList<>();
        private final ByteArrayOutputStream rows = new ByteArrayOutputStream();

        Builder(PackId id) {
            this.id = id;
        }

        int addTemplate(long offset, int storedBytes) {
            templates.add(new Template(offset, storedBytes));
            return templates.size() - 1;
        }

        void add(PackEntry entry) {
            entries.add(entry);
            InstanceKey key = entry.key();
            Series own = new Series(key.study(), key.series(), entry.template());
            if (series.isEmpty() || !series.get(series.size() - 1).equals(own)) {
                series.add(own);
            }
            byte[] attributes = entry.attributes();
            int table = entry.layout().tableLength();
            ByteBuffer row = ByteBuffer.allocate(256 + attributes.length + table);
            row.putInt(series.size() - 1);
            putUid(row, key.instance());
            entry.id().write(row);
            entry.digest().write(row);
            row.putLong(entry.lengthBytes()).putLong(entry.offset());
            row.putInt(attributes.length).put(attributes);
            entry.layout().write(row);
            if (rows.size() + row.position() > PackFormat.MAX_FOOTER_BYTES / 2) {
                throw new IllegalArgumentException("too many objects or chunks for one pack");
            }
            rows.write(row.array(), 0, row.position());
        }

        List<PackEntry> entries() {
            return entries;
        }

        /** The whole footer, from 0 to the limit, its CRC at the end. */
        ByteBuffer bytes() {
            int seriesBytes = series.size() * 2 * (4 + Uid.MAX_LENGTH);
            ByteBuffer out =
                    ByteBuffer.allocate(64 + templates.size() * 12 + seriesBytes + rows.size());
            out.put(PackFormat.FOOTER_MAGIC);
            id.write(out);
            out.putInt(templates.size()).putInt(series.size()).putInt(entries.size());
            for (Template template : templates) {
                out.putLong(template.offset()).putInt(template.storedBytes());
            }
            for (Series one : series) {
                putUid(out, one.study());
                putUid(out, one.series());
                out.putInt(one.template());
            }
            out.put(rows.toByteArray());
            PackFormat.putCrc(out);
            return out.flip();
        }

        private static void putUid(ByteBuffer out, Uid uid) {
            byte[] text = uid.value().getBytes(StandardCharsets.US_ASCII);
            out.put((byte) text.length).put(text);
        }
    }

    /**
     * Reads a footer whose length has been bounded.
     *
     * @param bytes the whole footer
     * @param offset of the footer in the pack, which every offset in it must lie below
     */
    static PackFooter read(ByteBuffer bytes, String where, long offset)
            throws CorruptDataException {
        PackFormat.checkCrc(bytes, where, offset);
        ByteBuffer from = bytes.slice(0, bytes.limit() - PackFormat.CRC_LENGTH);
        try {
            return new Parser(from, where, offset).parse();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptDataException(where, offset, "a footer", e.toString());
        }
    }

    /** Reads the parts of a footer in order. */
    private static final class Parser {
        private final ByteBuffer from;
        private final String where;
        private final long footerOffset;

        Parser(ByteBuffer from, String where, long footerOffset) {
            this.from = from;
            this.where = where;
            this.footerOffset = footerOffset;
        }

        PackFooter parse() throws CorruptDataException {
            PackFormat.checkMagic(from, PackFormat.FOOTER_MAGIC, where, footerOffset);
            PackId id = PackId.read(from);
            int templateCount = count();
            int seriesCount = count();
            int entryCount = count();
            List<Template> templates = new ArrayList<>();
            for (int i = 0; i < templateCount; i++) {
                Template template = new Template(from.getLong(), from.getInt());
                inBody(template.offset(), template.storedBytes());
                templates.add(template);
            }
            List<Series> series = new ArrayList<>();
            for (int i = 0; i < seriesCount; i++) {
                Series one = new Series(uid(), uid(), from.getInt());
                check(one.template() >= PackFormat.NO_TEMPLATE, "a template number");
                check(one.template() < templateCount, "a template number");
                series.add(one);
            }
            List<PackEntry> entries = new ArrayList<>();
            for (int i = 0; i < entryCount; i++) {
                entries.add(entry(i, series));
            }
            check(!from.hasRemaining(), "the footer's end");
            return new PackFooter(id, List.copyOf(templates), List.copyOf(entries));
        }

        private PackEntry entry(int number, List<Series> series) throws CorruptDataException {
            int index = from.getInt();
            check(index >= 0 && index < series.size(), "a series number");
            Series own = series.get(index);
            Uid instance = uid();
            ObjectId id = ObjectId.read(from);
            Digest digest = Digest.read(from);
            long length = from.getLong();
            long offset = from.getLong();
            int attributesLength = from.getInt();
            check(
                    attributesLength >= 0 && attributesLength <= PackFormat.MAX_ATTRIBUTES_BYTES,
                    "attributes within the limit");
            byte[] attributes = new byte[Math.min(attributesLength, from.remaining())];
            check(attributes.length == attributesLength, "whole attributes");
            from.get(attributes);
            EncodedLayout layout = EncodedLayout.read(from, where);
            check(layout.originalBytes() == length, "a chunk table of " + length);
            inBody(offset, layout.encodedBytes());
            return new PackEntry(
                    number,
                    id,
                    new InstanceKey(own.study(), own.series(), instance),
                    digest,
                    length,
                    attributes,
                    offset,
                    layout,
                    own.template());
        }

        private int count() throws CorruptDataException {
            int count = from.getInt();
            check(count >= 0 && count <= PackFormat.MAX_ENTRIES, "a count within the limit");
            return count;
        }

        private Uid uid() {
            byte[] text = new byte[from.get() & 0x7f];
            from.get(text);
            return new Uid(new String(text, StandardCharsets.US_ASCII));
        }

        private void inBody(long offset, long length) throws CorruptDataException {
            check(
                    offset >= PackFormat.HEADER_LENGTH
                            && length >= 0
                            && offset <= footerOffset
                            && length <= footerOffset - offset,
                    "an offset within the pack");
        }

        private void check(boolean valid, String expected) throws CorruptDataException {
            if (!valid) {
                throw new CorruptDataException(
                        where, footerOffset + from.position(), expected, "another value");
            }
        }
    }
}
