package strata.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts the values of the JSON and XML models into a data set, as VR by VR they are encoded. */
final class ModelValues {
    /** Says where in the text the fault is. */
    interface Faults {
        MalformedDicomException malformed(String what, int tag);
    }

    private final Faults faults;
    private boolean beyondAscii;

    ModelValues(Faults faults) {
        this.faults = faults;
    }

    /** Whether a text was put that needs a character set. */
    boolean isBeyondAscii() {
        return beyondAscii;
    }

    /**
     * Puts one element.
     *
     * @param values texts and items; null when there are none
     * @param binary null when there is none
     */
    void put(DataSet dataSet, int tag, Vr vr, List<Object> values, byte[] binary)
            throws MalformedDicomException {
        if (binary != null) {
            if (vr == Vr.SQ) {
                throw faults.malformed("binary in a sequence", tag);
            }
            dataSet.putBytes(tag, vr, binary);
        } else if (values == null || values.isEmpty()) {
            dataSet.putEmpty(tag, vr);
        } else if (vr == Vr.SQ) {
            dataSet.putItems(tag, items(values, tag));
        } else if (values.stream().anyMatch(v -> v instanceof DataSet)) {
            throw faults.malformed("an item outside a sequence", tag);
        } else {
            String[] texts = values.stream().map(String::valueOf).toArray(String[]::new);
            if (vr.backslashSeparated() && String.join("", texts).indexOf('\\') >= 0) {
                throw faults.malformed("a backslash inside a value", tag);
            }
            if (vr.isText()) {
                byte[] utf8 = String.join("\\", texts).getBytes(StandardCharsets.UTF_8);
                for (byte b : utf8) {
                    beyondAscii |= b < 0;
                }
                dataSet.putBytes(tag, vr, utf8);
            } else {
                dataSet.putBytes(tag, vr, numbers(vr, texts, tag));
            }
        }
    }

    private List<DataSet> items(List<Object> values, int tag) throws MalformedDicomException {
        List<DataSet> sequence = new ArrayList<>();
        for (Object value : values) {
            if (!(value instanceof DataSet item)) {
                throw faults.malformed("not an item", tag);
            }
            sequence.add(item);
        }
        return sequence;
    }

    private byte[] numbers(Vr vr, String[] texts, int tag) throws MalformedDicomException {
        if (!vr.isNumeric()) {
            throw faults.malformed("text for the binary VR " + vr, tag);
        }
        int width = vr == Vr.AT ? 4 : vr.unitBytes();
        ByteBuffer out = ByteBuffer.allocate(width * texts.length).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (String text : texts) {
                number(vr, text, out);
            }
        } catch (NumberFormatException e) {
            throw faults.malformed("not a number of VR " + vr, tag);
        }
        return out.array();
    }

    private static void number(Vr vr, String text, ByteBuffer out) {
        switch (vr) {
            case US -> out.putShort((short) ranged(text, 0, 0xFFFF));
            case SS -> out.putShort((short) ranged(text, Short.MIN_VALUE, Short.MAX_VALUE));
            case UL -> out.putInt((int) ranged(text, 0, 0xFFFFFFFFL));
            case SL -> out.putInt((int) ranged(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UV -> out.putLong(Long.parseUnsignedLong(text));
            case SV -> out.putLong(Long.parseLong(text));
            case FL -> out.putFloat(Float.parseFloat(text));
            case FD -> out.putDouble(Double.parseDouble(text));
            case AT -> {
                int at = Integer.parseUnsignedInt(text, 16);
                out.putShort((short) (at >>> 16)).putShort((short) at);
            }
            case AE,
                    AS,
                    CS,
                    DA,
                    DS,
                    DT,
                    IS,
                    LO,
                    LT,
                    OB,
                    OD,
                    OF,
                    OL,
                    OV,
                    OW,
                    PN,
                    SH,
                    SQ,
                    ST,
                    TM,
                    UC,
                    UI,
                    UN,
                    UR,
                    UT -> throw new NumberFormatException(vr.name());
        }
    }

    private static long ranged(String text, long min, long max) {
        long value = Long.parseLong(text);
        if (value < min || value > max) {
            throw new NumberFormatException("out of range");
        }
        return value;
    }
}
