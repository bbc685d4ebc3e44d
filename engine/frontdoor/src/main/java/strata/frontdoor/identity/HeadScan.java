package strata.frontdoor.identity;

import strata.dicom.DataSet;
import strata.dicom.DataSetHandler;
import strata.dicom.DataSetParser;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.ParseLimits;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Looks at the beginning of a data set: what the patient is, and where the elements are that may
 * change. Holds these elements only, whatever the length of the others. Nothing that it is fed
 * makes it throw: see {@link #isBroken}. Not safe for several threads.
 */
public final class HeadScan implements AutoCloseable {
    /** In their order; retired lengths among them, which would be wrong. */
    static final int[] PLACES = {
        0x00080000,
        Tag.LengthToEnd,
        Tag.SpecificCharacterSet,
        0x00100000,
        Tag.PatientName,
        Tag.PatientID,
        Tag.IssuerOfPatientID,
        Tag.IssuerOfPatientIDQualifiersSequence,
        Tag.PatientBirthDate,
        Tag.PatientSex,
        0x04000000,
        Tag.OriginalAttributesSequence
    };

    private static final HeaderCapture.Wanted WANTED = new HeaderCapture.Wanted(Set.of(
            Tag.SpecificCharacterSet,
            Tag.PatientName,
            Tag.PatientID,
            Tag.IssuerOfPatientID,
            Tag.IssuerOfPatientIDQualifiersSequence,
            Tag.PatientBirthDate,
            Tag.PatientSex));

    private final TransferSyntax syntax;
    private final HeaderCapture capture;
    private final Marks marks = new Marks();
    private final DataSetParser parser;
    private final Place[] places = new Place[PLACES.length];
    private boolean broken;
    private boolean done;
    private boolean ended;
    private boolean otherThanAscii;

    /**
     * Where an element is, or belongs.
     *
     * @param endsAt equal to {@code at} when there is none
     * @param itemsBytes of a sequence: its length as written, or
     *     {@link DataSetHandler#UNDEFINED_LENGTH}; {@link #NO_ITEMS} for others
     */
    record Place(long at, long endsAt, long itemsBytes) {
        static final long NO_ITEMS = -2;

        boolean isThere() {
            return endsAt > at;
        }

        boolean isSequence() {
            return itemsBytes != NO_ITEMS;
        }
    }

    /** @param syntax of the bytes; of a deflated data set that of the inflated ones */
    public HeadScan(TransferSyntax syntax) {
        if (syntax.isDeflated()) {
            throw new IllegalArgumentException("a deflated data set has no places");
        }
        this.syntax = syntax;
        this.capture = new HeaderCapture(syntax, WANTED, ParseLimits.STREAMING);
        this.parser = new DataSetParser(syntax, marks, ParseLimits.STREAMING);
    }

    /** Takes the next bytes; those behind the head are of no interest. */
    public void feed(ByteBuffer bytes) {
        try {
            if (!broken && !capture.isSettled()) {
                capture.feed(bytes.duplicate());
            }
            if (!broken && !done) {
                parser.feed(bytes.duplicate());
            }
        } catch (MalformedDicomException e) {
            // Behind the head nobody is interested.
            broken = !done;
        }
    }

    /** Says that the data set has no more bytes. */
    public void end() {
        if (done || broken) {
            return;
        }
        try {
            if (!capture.isSettled()) {
                capture.finish();
            }
            parser.finish();
            marks.reach(parser.position());
        } catch (MalformedDicomException e) {
            broken = true;
        }
        ended = true;
    }

    /** Whether no further bytes are needed. */
    public boolean isDone() {
        return done || broken || ended;
    }

    /** Whether the head is not to be understood, or its elements are not in order. */
    boolean isBroken() {
        return broken || !isDone();
    }

    /** Whether the patient is known, even if what follows is broken. */
    boolean knowsPatient() {
        return capture.isSettled() || ended && !broken;
    }

    TransferSyntax syntax() {
        return syntax;
    }

    /** What there is of the character set and the patient. */
    DataSet head() {
        return capture.captured();
    }

    /** Whether text before Original Attributes Sequence has bytes that are not of ASCII. */
    boolean hasOtherThanAscii() {
        return otherThanAscii;
    }

    /** @param tag one of {@link #PLACES} */
    Place place(int tag) {
        for (int i = 0; i < PLACES.length; i++) {
            if (PLACES[i] == tag) {
                return places[i];
            }
        }
        throw new IllegalArgumentException("no place was looked for " + Tag.toString(tag));
    }

    @Override
    public void close() {
        capture.close();
        parser.close();
    }

    /** Notes where elements of the top level begin. */
    private final class Marks implements DataSetHandler {
        private static final long BEHIND_ALL = 1L << 32;

        private long last = -1;
        private int next;
        private int open = -1;
        private long openAt;
        private long itemsBytes;

        /** An element of the top level begins. */
        private void begin(int tag, long offset, long items) throws MalformedDicomException {
            long number = Integer.toUnsignedLong(tag);
            if (done) {
                return;
            }
            if (number <= last) {
                throw new MalformedDicomException("elements are not in order", tag, offset);
            }
            last = number;
            mark(number, offset, items);
        }

        /** The data set ends. */
        void reach(long offset) {
            mark(BEHIND_ALL, offset, Place.NO_ITEMS);
        }

        private void mark(long number, long offset, long items) {
            if (open >= 0) {
                places[open] = new Place(openAt, offset, itemsBytes);
                open = -1;
            }
            while (next < PLACES.length && Integer.toUnsignedLong(PLACES[next]) <= number) {
                if (Integer.toUnsignedLong(PLACES[next]) == number) {
                    open = next;
                    openAt = offset;
                    itemsBytes = items;
                } else {
                    places[next] = new Place(offset, offset, Place.NO_ITEMS);
                }
                next++;
            }
            done = next == PLACES.length && open < 0;
        }

        @Override
        public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset)
                throws MalformedDicomException {
            if (parser.depth() == 0) {
                begin(tag, parser.headerOffset(), Place.NO_ITEMS);
            }
            return vr.usesCharacterSet() && !done ? Disposition.STREAM : Disposition.SKIP;
        }

        @Override
        public void chunk(int tag, ByteBuffer part, boolean last) {
            byte[] text = new byte[part.remaining()];
            part.get(text);
            otherThanAscii |= !Coercion.isAscii(text);
        }

        @Override
        public void sequenceStart(int tag, Vr vr, long lengthBytes, long offset)
                throws MalformedDicomException {
            if (parser.depth() == 1) {
                begin(tag, offset, vr == Vr.SQ ? lengthBytes : Place.NO_ITEMS);
            }
        }

        @Override
        public void fragmentsStart(int tag, Vr vr, long offset) throws MalformedDicomException {
            if (parser.depth() == 1) {
                begin(tag, offset, Place.NO_ITEMS);
            }
        }
    }
}
