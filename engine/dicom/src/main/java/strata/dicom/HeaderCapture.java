package strata.dicom;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Captures a chosen set of top-level elements from a data set as it streams by, whatever its size:
 * plain values, and sequences whole. Everything else is only counted, and the structure is checked
 * to the end, so that an instance truncated inside its pixels is noticed.
 *
 * <p>Capturing ends at the first top-level element behind the last wanted tag, once the UIDs that
 * are wanted and identify the instance are there: what stands behind it, out of the order that the
 * standard asks for, is not captured. So the outcome is known without the rest of the data set, see
 * {@link #isSettled}.
 *
 * <p>A second element with the tag of a captured UID is refused, since it would make the identity
 * of the instance ambiguous; other repeats are flagged and the first one counts. A wanted value
 * longer than {@link #MAX_VALUE_BYTES} is flagged and left out. Not safe for several threads.
 */
public final class HeaderCapture implements AutoCloseable {
    /** Longest value that is captured. */
    public static final int MAX_VALUE_BYTES = 64 << 10;

    private final DataSetParser parser;
    private final Builder builder;
    private final TransferSyntax syntax;

    /** Captures the given top-level tags, under {@link ParseLimits#STREAMING}. */
    public HeaderCapture(TransferSyntax syntax, Set<Integer> tags) {
        this(syntax, tags, ParseLimits.STREAMING);
    }

    public HeaderCapture(TransferSyntax syntax, Set<Integer> tags, ParseLimits limits) {
        this(syntax, new Wanted(tags), limits);
    }

    /** Captures what is wanted of many data sets. */
    public HeaderCapture(TransferSyntax syntax, Wanted wanted, ParseLimits limits) {
        this(syntax, wanted, MAX_VALUE_BYTES, limits);
    }

    private HeaderCapture(
            TransferSyntax syntax, Wanted wanted, int maxValueBytes, ParseLimits limits) {
        this.syntax = syntax;
        this.builder = new Builder(syntax.isBigEndian(), wanted, maxValueBytes, limits);
        this.parser = new DataSetParser(syntax, builder, limits);
        builder.parser = parser;
    }

    /**
     * Captures every element: what the metadata of an instance is made of. Pixel Data, its floating
     * point kin, and values longer than {@code maxValueBytes} become {@link Element.Bulk}.
     */
    public static HeaderCapture ofEverything(
            TransferSyntax syntax, int maxValueBytes, ParseLimits limits) {
        return new HeaderCapture(syntax, new Wanted(null), maxValueBytes, limits);
    }

    /** Takes the next bytes of the data set, all of the buffer's remaining ones. */
    public void feed(ByteBuffer bytes) throws MalformedDicomException {
        parser.feed(bytes);
    }

    /** As {@link DataSetParser#skippableBytes}. */
    public long skippableBytes() {
        return parser.skippableBytes();
    }

    /** As {@link DataSetParser#skip}. */
    public void skip(long bytes) {
        parser.skip(bytes);
    }

    /**
     * Ends the data set and returns what was captured.
     *
     * @throws MalformedDicomException when something is still open: the data set was truncated
     */
    public DataSet finish() throws MalformedDicomException {
        parser.finish();
        return builder.finish(!syntax.isExplicit());
    }

    /** Whether nothing further will be captured, whatever follows. */
    public boolean isSettled() {
        return builder.settled;
    }

    /**
     * What was captured, without the rest of the data set, whose structure then nobody has checked.
     *
     * @throws IllegalStateException unless {@link #isSettled}
     */
    public DataSet settled() {
        if (!builder.settled) {
            throw new IllegalStateException("more may be captured");
        }
        parser.close();
        return builder.finish(!syntax.isExplicit());
    }

    /**
     * What was captured so far; whole once the pixel data was reached or {@link #finish} returned.
     */
    public DataSet captured() {
        return builder.root();
    }

    /** Whether a bulk element (Pixel Data or its kin) of the top level has begun. */
    public boolean reachedPixelData() {
        return builder.pixelTag != 0;
    }

    /** The VR of the top-level bulk element, or null when there is none (yet). */
    public Vr pixelDataVr() {
        return builder.pixelVr;
    }

    /** Whether the top-level Pixel Data is encapsulated in fragments. */
    public boolean isPixelDataEncapsulated() {
        return builder.pixelEncapsulated;
    }

    /**
     * Where the top-level bulk element's header begins, in bytes from the start of the data set
     * (after inflation for a deflated syntax); empty when there is none (yet).
     */
    public OptionalLong pixelDataOffset() {
        return builder.pixelTag == 0 ? OptionalLong.empty() : OptionalLong.of(builder.pixelOffset);
    }

    /**
     * Where its value begins; for encapsulated Pixel Data the first item header, that of the offset
     * table.
     */
    public OptionalLong pixelDataValueOffset() {
        return builder.pixelTag == 0
                ? OptionalLong.empty()
                : OptionalLong.of(builder.pixelValueOffset);
    }

    /**
     * The length of its value; for encapsulated Pixel Data known after its end, from the first item
     * header to before the sequence delimiter.
     */
    public OptionalLong pixelDataLength() {
        return builder.pixelLength < 0
                ? OptionalLong.empty()
                : OptionalLong.of(builder.pixelLength);
    }

    /** Fragments of encapsulated Pixel Data seen so far, without the offset table. */
    public int pixelDataFragments() {
        return builder.fragments;
    }

    /** Bytes of the data set so far, after inflation. */
    public long lengthBytes() {
        return parser.position();
    }

    public OddityCounts oddities() {
        return builder.oddities();
    }

    /** Frees the inflater when the capture is given up before {@link #finish}. */
    @Override
    public void close() {
        parser.close();
    }

    /** Which top-level tags are captured. Immutable. */
    public static final class Wanted {
        private static final int[] IDENTITY = {
            Tag.SOPClassUID, Tag.SOPInstanceUID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID
        };
        /** Sorted as unsigned numbers; null for all. */
        private final int[] flipped;

        static boolean isIdentity(int tag) {
            for (int identity : IDENTITY) {
                if (identity == tag) {
                    return true;
                }
            }
            return false;
        }

        /** Whether a tag is behind all that are wanted. */
        boolean isBehind(int tag) {
            return flipped != null
                    && flipped.length > 0
                    && (tag ^ Integer.MIN_VALUE) > flipped[flipped.length - 1];
        }

        boolean isIdentified(DataSet captured) {
            for (int tag : IDENTITY) {
                if (contains(tag) && !captured.contains(tag)) {
                    return false;
                }
            }
            return true;
        }

        boolean isEverything() {
            return flipped == null;
        }

        public Wanted(Set<Integer> tags) {
            flipped = tags == null
                    ? null
                    : tags.stream()
                            .mapToInt(t -> t ^ Integer.MIN_VALUE)
                            .sorted()
                            .toArray();
        }

        boolean contains(int tag) {
            return flipped == null
                    || tag == Tag.SpecificCharacterSet
                    || Arrays.binarySearch(flipped, tag ^ Integer.MIN_VALUE) >= 0;
        }
    }

    private static final class Builder extends TreeBuilder {
        private static final int DELIMITER_BYTES = 8;

        private final Wanted wanted;
        private final int maxValueBytes;
        private DataSetParser parser;
        private int skippedDepth = -1;
        private boolean settled;
        private int pixelTag;
        private Vr pixelVr;
        private boolean pixelEncapsulated;
        private boolean inTopPixels;
        private long pixelOffset;
        private long pixelValueOffset;
        private long pixelLength = -1;
        private int fragments;
        private long fragmentsAt;
        private Vr fragmentsVr;

        Builder(boolean bigEndian, Wanted wanted, int maxValueBytes, ParseLimits limits) {
            super(bigEndian, limits);
            this.wanted = wanted;
            this.maxValueBytes = maxValueBytes;
        }

        @Override
        public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset)
                throws MalformedDicomException {
            if (skippedDepth >= 0) {
                return Disposition.SKIP;
            }
            if (parser.depth() == 0) {
                settle(tag);
                if (isBulk(tag)) {
                    if (pixelTag == 0) {
                        pixels(tag, vr, parser.headerOffset(), valueOffset);
                        pixelLength = lengthBytes;
                    }
                    return leave(tag, vr, lengthBytes, valueOffset);
                }
                if (!wanted.contains(tag)) {
                    return Disposition.SKIP;
                }
                refuseSecondIdentity(tag, valueOffset);
                if (settled) {
                    return Disposition.SKIP;
                }
            } else if (tag == Tag.PixelData) {
                return leave(tag, vr, lengthBytes, valueOffset);
            }
            if (lengthBytes > maxValueBytes) {
                if (!wanted.isEverything()) {
                    oddity(Oddity.VALUE_TOO_LONG, tag, valueOffset);
                }
                return leave(tag, vr, lengthBytes, valueOffset);
            }
            return Disposition.CAPTURE;
        }

        /** Looks whether a top-level element ends the capture. */
        private void settle(int tag) {
            if (!settled && wanted.isBehind(tag)) {
                settled = wanted.isIdentified(root());
            }
        }

        /** Leaves a value in the stream, with a note of where when everything is wanted. */
        private Disposition leave(int tag, Vr vr, long lengthBytes, long valueOffset) {
            if (wanted.isEverything()) {
                put(new Element.Bulk(tag, vr, valueOffset, lengthBytes, false));
            }
            return Disposition.SKIP;
        }

        private static boolean isBulk(int tag) {
            return tag == Tag.PixelData
                    || tag == Tag.FloatPixelData
                    || tag == Tag.DoubleFloatPixelData;
        }

        private void refuseSecondIdentity(int tag, long offset) throws MalformedDicomException {
            if (root().contains(tag) && Wanted.isIdentity(tag)) {
                throw new MalformedDicomException("a second identifying UID", tag, offset);
            }
        }

        private void pixels(int tag, Vr vr, long offset, long valueOffset) {
            if (pixelTag == 0) {
                pixelTag = tag;
                pixelVr = vr;
                pixelOffset = offset;
                pixelValueOffset = valueOffset;
            }
        }

        @Override
        public void sequenceStart(int tag, Vr vr, long lengthBytes, long offset)
                throws MalformedDicomException {
            if (skippedDepth >= 0) {
                return;
            }
            // The event comes once the sequence is open, so its own depth is 1 at the top level.
            if (parser.depth() == 1) {
                settle(tag);
            }
            if (parser.depth() == 1 && (settled || !wanted.contains(tag))) {
                skippedDepth = parser.depth();
            } else {
                super.sequenceStart(tag, vr, lengthBytes, offset);
            }
        }

        @Override
        public void itemStart(long lengthBytes, long offset) throws MalformedDicomException {
            if (skippedDepth < 0) {
                super.itemStart(lengthBytes, offset);
            }
        }

        @Override
        public void itemEnd(long offset) throws MalformedDicomException {
            if (skippedDepth < 0) {
                super.itemEnd(offset);
            }
        }

        @Override
        public void sequenceEnd(long offset) throws MalformedDicomException {
            if (skippedDepth < 0) {
                super.sequenceEnd(offset);
            } else if (parser.depth() < skippedDepth) {
                skippedDepth = -1;
            }
        }

        @Override
        public void fragmentsStart(int tag, Vr vr, long offset) {
            fragmentsAt = parser.position();
            fragmentsVr = vr;
            inTopPixels = parser.depth() == 1 && pixelTag == 0;
            if (parser.depth() == 1) {
                settle(tag);
            }
            if (inTopPixels) {
                pixels(tag, vr, offset, parser.position());
                pixelEncapsulated = true;
            }
        }

        @Override
        public Disposition fragment(int index, long lengthBytes, long valueOffset) {
            fragments += inTopPixels && index > 0 ? 1 : 0;
            return Disposition.SKIP;
        }

        @Override
        public void fragmentsEnd(long offset) {
            if (wanted.isEverything()) {
                long length = offset - DELIMITER_BYTES - fragmentsAt;
                put(new Element.Bulk(Tag.PixelData, fragmentsVr, fragmentsAt, length, true));
            }
            if (inTopPixels) {
                pixelLength = offset - DELIMITER_BYTES - pixelValueOffset;
                inTopPixels = false;
            }
        }
    }
}
