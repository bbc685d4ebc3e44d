package strata.dicom;

import strata.dicom.DataSetHandler.Disposition;
import strata.dicom.ParseStack.Kind;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Resumable push parser of a data set, PS3.5 7: bytes are fed as they come, in pieces of any size,
 * and the handler gets the same events whatever the pieces. Holds at most one header, one captured
 * value, and one frame for each level of nesting; a length field never makes it allocate.
 *
 * <p>Broken structure throws {@link MalformedDicomException}, after which the parser is unusable;
 * odd content is reported to {@link DataSetHandler#oddity} and parsed on. Not safe for several
 * threads.
 */
public final class DataSetParser implements AutoCloseable {
    private static final int SHORT_HEADER = 8;
    private static final int LONG_HEADER = 12;
    private static final long UNDEFINED = 0xFFFFFFFFL;
    private static final int FIRST_CAPTURE_BYTES = 4096;

    private final DataSetHandler handler;
    private final ParseLimits limits;
    private final ParseStack stack;
    private final Inflation inflation;
    private final boolean encapsulated;

    private final byte[] header = new byte[LONG_HEADER];
    private int headerBytes;
    private int headerNeeds = SHORT_HEADER;
    private long position;
    private long headerOffset;

    private boolean inValue;
    private int valueTag;
    private Vr valueVr;
    private long valueRemaining;
    private Disposition disposition;
    private byte[] captured;
    private int capturedBytes;

    private int elements;
    private int items;
    private long budget;

    public DataSetParser(TransferSyntax syntax, DataSetHandler handler, ParseLimits limits) {
        this.handler = handler;
        this.limits = limits;
        this.stack = new ParseStack(syntax.isExplicit(), syntax.isBigEndian());
        this.inflation = syntax.isDeflated() ? new Inflation(limits) : null;
        this.encapsulated = syntax.isEncapsulated();
        this.budget = limits.maxCapturedBytes();
    }

    /** Parses all remaining bytes of the buffer. */
    public void feed(ByteBuffer in) throws MalformedDicomException {
        if (inflation == null) {
            parse(in);
        } else {
            inflation.feed(in, this::parse);
        }
    }

    /**
     * Ends the data set. @throws MalformedDicomException when an element, item or sequence is open
     */
    public void finish() throws MalformedDicomException {
        if (inflation != null) {
            inflation.finish();
            if (inflation.hasTrailingBytes()) {
                handler.oddity(Oddity.TRAILING_BYTES, 0, position);
            }
            inflation.close();
        }
        closeEnded();
        if (inValue) {
            throw new MalformedDicomException(
                    "data ends " + valueRemaining + " bytes early inside the value",
                    valueTag,
                    position);
        }
        if (headerBytes > 0) {
            throw new MalformedDicomException("data ends inside a header", 0, position);
        }
        if (stack.depth() > 0) {
            throw new MalformedDicomException(
                    "data ends inside a sequence or encapsulated value", stack.tag(), position);
        }
    }

    /** Bytes parsed so far, after inflation. */
    public long position() {
        return position;
    }

    /** Where the header of the current element, item or delimiter began. */
    public long headerOffset() {
        return headerOffset;
    }

    /**
     * How many of the next bytes belong to a value that is only counted, and so need not be fed but
     * may be passed to {@link #skip}; 0 where nothing can be skipped.
     */
    public long skippableBytes() {
        return inflation == null && inValue && disposition == Disposition.SKIP ? valueRemaining : 0;
    }

    /**
     * Counts bytes as if they had been fed.
     *
     * @param bytes 0 to {@link #skippableBytes}
     */
    public void skip(long bytes) {
        if (bytes < 0 || bytes > skippableBytes()) {
            throw new IllegalArgumentException("cannot skip " + bytes + " bytes");
        }
        position += bytes;
        valueRemaining -= bytes;
        inValue &= valueRemaining > 0;
    }

    /** Nesting at this point: 0 at the top level, 2 inside an item of a top-level sequence. */
    public int depth() {
        return stack.depth();
    }

    /** Frees the inflater when the parse is given up before {@link #finish}. */
    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
        }
    }

    private void parse(ByteBuffer in) throws MalformedDicomException {
        while (true) {
            if (inValue) {
                consumeValue(in);
                if (inValue) {
                    return;
                }
            }
            if (headerBytes == 0) {
                closeEnded();
                headerOffset = position;
            }
            if (!gatherHeader(in)) {
                return;
            }
            readHeader();
        }
    }

    private boolean gatherHeader(ByteBuffer in) throws MalformedDicomException {
        int wanted = Math.min(headerNeeds - headerBytes, in.remaining());
        in.get(header, headerBytes, wanted);
        headerBytes += wanted;
        position += wanted;
        return headerBytes == headerNeeds;
    }

    private void closeEnded() throws MalformedDicomException {
        while (!stack.undefined() && position == stack.limit()) {
            leave();
        }
    }

    private void leave() throws MalformedDicomException {
        Kind kind = stack.kind();
        stack.pop();
        switch (kind) {
            case ELEMENTS -> handler.itemEnd(position);
            case ITEMS -> handler.sequenceEnd(position);
            case FRAGMENTS -> handler.fragmentsEnd(position);
        }
    }

    private void readHeader() throws MalformedDicomException {
        if (position > stack.limit()) {
            throw new MalformedDicomException(
                    "a header crosses the end of what is around it", stack.tag(), headerOffset);
        }
        int tag = u16(0) << 16 | u16(2);
        if (tag >>> 16 == 0xFFFE) {
            headerBytes = 0;
            delimiter(tag, u32(4));
        } else if (stack.kind() != Kind.ELEMENTS) {
            throw new MalformedDicomException(
                    "expected an item or the end of the sequence " + Tag.toString(stack.tag()),
                    tag,
                    headerOffset);
        } else if (stack.explicit()) {
            explicitElement(tag);
        } else {
            if (stack.count() == 0 && isExplicit(tag)) {
                mixedEncoding(tag, true);
                explicitElement(tag);
            } else {
                headerBytes = 0;
                element(tag, Dictionary.vr(tag), u32(4));
            }
        }
    }

    /**
     * The first element is encoded the other way: at the top the label is wrong and the data set is
     * refused; in an item some relay copied it unchanged, and it is read as it is.
     */
    private void mixedEncoding(int tag, boolean explicit) throws MalformedDicomException {
        if (stack.depth() == 0) {
            throw new MalformedDicomException(
                    explicit
                            ? "a VR where the transfer syntax says implicit"
                            : "no VR where the transfer syntax says explicit",
                    tag,
                    headerOffset);
        }
        handler.oddity(Oddity.MIXED_ENCODING, tag, headerOffset);
        stack.explicit(explicit);
    }

    private void explicitElement(int tag) throws MalformedDicomException {
        int first = header[4] & 0xFF;
        int second = header[5] & 0xFF;
        Vr vr = Vr.of(first, second);
        boolean future = vr == null && Vr.couldBe(first, second);
        if (future || vr != null && vr.longLength()) {
            if (headerNeeds == SHORT_HEADER) {
                headerNeeds = LONG_HEADER;
                return;
            }
        }
        headerNeeds = SHORT_HEADER;
        headerBytes = 0;
        if (future) {
            handler.oddity(Oddity.UNKNOWN_VR, tag, headerOffset);
            element(tag, Vr.UN, u32(8));
        } else if (vr == null) {
            if (stack.count() == 0) {
                mixedEncoding(tag, false);
                element(tag, Dictionary.vr(tag), u32(4));
                return;
            }
            handler.oddity(Oddity.INVALID_VR, tag, headerOffset);
            element(tag, Vr.UN, u16(6));
        } else {
            element(tag, vr, vr.longLength() ? u32(8) : u16(6));
        }
    }

    /** The dictionary's own VR stands where an implicit element has its length. */
    private boolean isExplicit(int tag) {
        Vr found = Vr.of(header[4] & 0xFF, header[5] & 0xFF);
        return found != null
                && (found == Dictionary.vr(tag) || found == Vr.UL && Tag.isGroupLength(tag));
    }

    private void element(int tag, Vr vr, long length) throws MalformedDicomException {
        if (++elements > limits.maxElements()) {
            throw new MalformedDicomException(
                    "more than " + limits.maxElements() + " elements", tag, headerOffset);
        }
        checkOrder(tag);
        if (length == UNDEFINED) {
            undefinedLength(tag, vr);
            return;
        }
        if (length > stack.limit() - position) {
            throw new MalformedDicomException(
                    "value of " + length + " bytes crosses the end of what is around it",
                    tag,
                    headerOffset);
        }
        if (vr == Vr.SQ) {
            enter(Kind.ITEMS, tag, position + length, stack.explicit(), stack.big());
            handler.sequenceStart(tag, vr, length, headerOffset);
            return;
        }
        if ((length & 1) != 0) {
            handler.oddity(Oddity.ODD_LENGTH, tag, headerOffset);
        }
        startValue(tag, vr, length, handler.element(tag, vr, length, position));
    }

    private void checkOrder(int tag) throws MalformedDicomException {
        if (stack.count() > 0) {
            int order = Integer.compareUnsigned(tag, stack.lastTag());
            if (order <= 0) {
                handler.oddity(
                        order == 0 ? Oddity.DUPLICATE_TAG : Oddity.UNORDERED_TAG,
                        tag,
                        headerOffset);
            }
        }
        if (tag >>> 16 <= 2 && (stack.depth() > 0 || tag >>> 16 == 1)) {
            handler.oddity(Oddity.FOREIGN_GROUP, tag, headerOffset);
        }
        stack.lastTag(tag);
        stack.counted();
    }

    private void undefinedLength(int tag, Vr vr) throws MalformedDicomException {
        boolean pixels = tag == Tag.PixelData && (vr == Vr.OB || vr == Vr.OW || vr == Vr.UN);
        if (pixels) {
            if (!encapsulated) {
                handler.oddity(Oddity.ENCAPSULATED_IN_NATIVE_SYNTAX, tag, headerOffset);
            }
            enter(Kind.FRAGMENTS, tag, -1, stack.explicit(), stack.big());
            handler.fragmentsStart(tag, vr, headerOffset);
        } else if (vr == Vr.SQ) {
            enter(Kind.ITEMS, tag, -1, stack.explicit(), stack.big());
            handler.sequenceStart(tag, vr, DataSetHandler.UNDEFINED_LENGTH, headerOffset);
        } else if (vr == Vr.UN) {
            // PS3.5 6.2.2 note 2: a sequence that some relay could not name, kept in implicit
            // little endian.
            enter(Kind.ITEMS, tag, -1, false, false);
            handler.sequenceStart(tag, vr, DataSetHandler.UNDEFINED_LENGTH, headerOffset);
        } else {
            throw new MalformedDicomException("undefined length with VR " + vr, tag, headerOffset);
        }
    }

    private void enter(Kind kind, int tag, long end, boolean explicit, boolean big)
            throws MalformedDicomException {
        if (stack.depth() >= limits.maxDepth()) {
            throw new MalformedDicomException(
                    "nested deeper than " + limits.maxDepth(), tag, headerOffset);
        }
        stack.push(kind, tag, end, explicit, big);
    }

    private void delimiter(int tag, long length) throws MalformedDicomException {
        if (tag == Tag.Item) {
            item(length);
        } else if (tag == Tag.ItemDelimitationItem || tag == Tag.SequenceDelimitationItem) {
            end(tag, length);
        } else {
            throw new MalformedDicomException("unknown delimiter", tag, headerOffset);
        }
    }

    private void item(long length) throws MalformedDicomException {
        if (++items > limits.maxItems()) {
            throw new MalformedDicomException(
                    "more than " + limits.maxItems() + " items", stack.tag(), headerOffset);
        }
        if (length != UNDEFINED && length > stack.limit() - position) {
            throw new MalformedDicomException(
                    "item of " + length + " bytes crosses the end of what is around it",
                    stack.tag(),
                    headerOffset);
        }
        switch (stack.kind()) {
            case ELEMENTS ->
                throw new MalformedDicomException(
                        "an item outside a sequence", Tag.Item, headerOffset);
            case ITEMS -> {
                stack.counted();
                long end = length == UNDEFINED ? -1 : position + length;
                enter(Kind.ELEMENTS, stack.tag(), end, stack.explicit(), stack.big());
                handler.itemStart(
                        length == UNDEFINED ? DataSetHandler.UNDEFINED_LENGTH : length,
                        headerOffset);
            }
            case FRAGMENTS -> {
                if (length == UNDEFINED) {
                    throw new MalformedDicomException(
                            "a fragment of undefined length", stack.tag(), headerOffset);
                }
                int index = stack.count();
                stack.counted();
                if ((length & 1) != 0) {
                    handler.oddity(Oddity.ODD_LENGTH, Tag.Item, headerOffset);
                }
                startValue(Tag.Item, Vr.OB, length, handler.fragment(index, length, position));
            }
        }
    }

    private void end(int tag, long length) throws MalformedDicomException {
        boolean item = tag == Tag.ItemDelimitationItem;
        if (length != 0) {
            handler.oddity(Oddity.DELIMITER_LENGTH, tag, headerOffset);
        }
        if (item == (stack.kind() == Kind.ELEMENTS) && stack.depth() > 0) {
            if (stack.undefined()) {
                leave();
            } else {
                handler.oddity(Oddity.STRAY_DELIMITER, tag, headerOffset);
            }
            return;
        }
        throw new MalformedDicomException("a delimiter that ends nothing", tag, headerOffset);
    }

    private void startValue(int tag, Vr vr, long length, Disposition wanted)
            throws MalformedDicomException {
        inValue = true;
        valueTag = tag;
        valueVr = vr;
        valueRemaining = length;
        disposition = wanted;
        if (wanted == Disposition.CAPTURE) {
            budget -= length + ParseLimits.ELEMENT_OVERHEAD_BYTES;
            if (length > limits.maxValueBytes() || budget < 0) {
                throw new MalformedDicomException(
                        "value of " + length + " bytes is beyond the limit", tag, headerOffset);
            }
            captured = null;
            capturedBytes = 0;
        }
    }

    private void consumeValue(ByteBuffer in) throws MalformedDicomException {
        int part = (int) Math.min(valueRemaining, in.remaining());
        switch (disposition) {
            case SKIP -> in.position(in.position() + part);
            case CAPTURE -> capture(in, part);
            case STREAM -> {
                if (part > 0 || valueRemaining == 0) {
                    int end = in.position() + part;
                    int limit = in.limit();
                    in.limit(end);
                    handler.chunk(valueTag, in, part == valueRemaining);
                    in.limit(limit).position(end);
                }
            }
        }
        position += part;
        valueRemaining -= part;
        if (valueRemaining == 0) {
            inValue = false;
            if (disposition == Disposition.CAPTURE) {
                byte[] value = captured;
                captured = null;
                handler.value(valueTag, valueVr, value);
            }
        }
    }

    private void capture(ByteBuffer in, int part) {
        int needed = capturedBytes + part;
        if (captured == null) {
            // Exact when the value is at hand; otherwise grows with what really arrives.
            int whole = (int) valueRemaining;
            captured = new byte[Math.min(whole, Math.max(needed, FIRST_CAPTURE_BYTES))];
        } else if (needed > captured.length) {
            long whole = capturedBytes + valueRemaining;
            long doubled = Math.max(needed, 2L * captured.length);
            captured = Arrays.copyOf(captured, (int) Math.min(whole, doubled));
        }
        in.get(captured, capturedBytes, part);
        capturedBytes += part;
    }

    private int u16(int at) {
        int a = header[at] & 0xFF;
        int b = header[at + 1] & 0xFF;
        return stack.big() ? a << 8 | b : b << 8 | a;
    }

    private long u32(int at) {
        int high = stack.big() ? u16(at) : u16(at + 2);
        int low = stack.big() ? u16(at + 2) : u16(at);
        return (long) high << 16 | low;
    }
}
