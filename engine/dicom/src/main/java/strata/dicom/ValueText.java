package strata.dicom;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Between the bytes of a plain value and text or numbers, by VR, PS3.5 6.2. */
final class ValueText {
    private ValueText() {}

    /** The VR to read a value by: for UN that of the dictionary, PS3.5 6.2.2. */
    static Vr readableVr(Element.Value value) {
        if (value.vr() != Vr.UN) {
            return value.vr();
        }
        Vr vr = Dictionary.vr(value.tag());
        return vr == Vr.SQ ? Vr.UN : vr;
    }

    static List<String> strings(Element.Value value, CharacterSet characterSet) {
        if (value.bytes().length == 0) {
            return List.of();
        }
        Vr vr = readableVr(value);
        if (!vr.isText()) {
            return numberTexts(value.bytes(), vr);
        }
        String text = vr.usesCharacterSet()
                ? characterSet.decode(value.bytes(), vr)
                : CharacterSet.DEFAULT.decode(value.bytes(), vr);
        if (!vr.backslashSeparated()) {
            return List.of(trim(text, vr));
        }
        List<String> parts = new ArrayList<>(2);
        int from = 0;
        for (int to = text.indexOf('\\'); to >= 0; to = text.indexOf('\\', from)) {
            parts.add(trim(text.substring(from, to), vr));
            from = to + 1;
        }
        parts.add(trim(text.substring(from), vr));
        return parts;
    }

    /** Trailing padding goes everywhere, leading spaces where PS3.5 6.2 says they do not count. */
    private static String trim(String text, Vr vr) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
            end--;
        }
        int start = 0;
        boolean leading = vr == Vr.AE
                || vr == Vr.CS
                || vr == Vr.DS
                || vr == Vr.IS
                || vr == Vr.LO
                || vr == Vr.SH
                || vr == Vr.UI;
        while (leading && start < end && text.charAt(start) == ' ') {
            start++;
        }
        return text.substring(start, end);
    }

    private static List<String> numberTexts(byte[] bytes, Vr vr) {
        if (!vr.isNumeric()) {
            return List.of();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<String> texts = new ArrayList<>();
        int width = vr == Vr.AT ? 4 : vr.unitBytes();
        while (in.remaining() >= width) {
            texts.add(numberText(in, vr));
        }
        return texts;
    }

    static String numberText(ByteBuffer in, Vr vr) {
        return switch (vr) {
            case US -> Integer.toString(in.getShort() & 0xFFFF);
            case SS -> Short.toString(in.getShort());
            case UL -> Integer.toUnsignedString(in.getInt());
            case SL -> Integer.toString(in.getInt());
            case UV -> Long.toUnsignedString(in.getLong());
            case SV -> Long.toString(in.getLong());
            case FL -> Float.toString(in.getFloat());
            case FD -> Double.toString(in.getDouble());
            case AT -> String.format("%04X%04X", in.getShort() & 0xFFFF, in.getShort() & 0xFFFF);
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
                    UT -> throw new IllegalArgumentException(vr + " is not a number");
        };
    }

    static OptionalLong longValue(Element.Value value) {
        Vr vr = readableVr(value);
        boolean decimalText = vr == Vr.IS || vr == Vr.DS;
        if (!decimalText && (!vr.isNumeric() || vr == Vr.FL || vr == Vr.FD)) {
            return OptionalLong.empty();
        }
        List<String> texts = strings(value, CharacterSet.DEFAULT);
        if (texts.isEmpty() || texts.get(0).length() > 32) {
            return OptionalLong.empty();
        }
        try {
            if (vr == Vr.AT) {
                return OptionalLong.of(Long.parseLong(texts.get(0), 16));
            }
            if (!decimalText) {
                return OptionalLong.of(
                        vr == Vr.UV
                                ? Long.parseUnsignedLong(texts.get(0))
                                : Long.parseLong(texts.get(0)));
            }
            BigDecimal number = new BigDecimal(texts.get(0).strip());
            // Beyond this a scale like 1E999999999 would be expanded into a huge integer.
            if (Math.abs((long) number.scale()) > 32) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(number.longValueExact());
        } catch (NumberFormatException expected) {
            return OptionalLong.empty();
        } catch (ArithmeticException expected) {
            return OptionalLong.empty();
        }
    }

    static byte[] numbers(Vr vr, int[] values) {
        if (vr == Vr.IS || vr == Vr.DS) {
            StringBuilder text = new StringBuilder();
            for (int value : values) {
                text.append(text.isEmpty() ? "" : "\\").append(value);
            }
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        }
        int width = vr == Vr.AT ? 4 : vr.unitBytes();
        ByteBuffer out = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            switch (vr) {
                case US, SS, OW -> out.putShort((short) value);
                case UL, SL, OL -> out.putInt(value);
                case UV, SV -> out.putLong(value);
                case FL -> out.putFloat(value);
                case FD -> out.putDouble(value);
                case AT -> out.putShort((short) (value >>> 16)).putShort((short) value);
                case OB -> out.put((byte) value);
                case AE,
                        AS,
                        CS,
                        DA,
                        DS,
                        DT,
                        IS,
                        LO,
                        LT,
                        OD,
                        OF,
                        OV,
                        PN,
                        SH,
                        SQ,
                        ST,
                        TM,
                        UC,
                        UI,
                        UN,
                        UR,
                        UT -> throw new IllegalArgumentException(vr + " does not take numbers");
            }
        }
        return out.array();
    }

    /** Reverses each unit of the VR in place: between big and little endian. */
    static void swap(byte[] bytes, Vr vr) {
        int unit = vr.unitBytes();
        if (unit == 1) {
            return;
        }
        for (int at = 0; at + unit <= bytes.length; at += unit) {
            for (int i = at, j = at + unit - 1; i < j; i++, j--) {
                byte b = bytes[i];
                bytes[i] = bytes[j];
                bytes[j] = b;
            }
        }
    }
}
