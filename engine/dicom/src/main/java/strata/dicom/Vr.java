package strata.dicom;

/**
 * Value representations, PS3.5 6.2. Each knows how explicit encodings write its length, in which
 * unit big endian swaps it, and how its text is to be read.
 */
public enum Vr {
    AE(Text.ASCII, 1, true),
    AS(Text.ASCII, 1, true),
    AT(Text.NONE, 2, false),
    CS(Text.ASCII, 1, true),
    DA(Text.ASCII, 1, true),
    DS(Text.ASCII, 1, true),
    DT(Text.ASCII, 1, true),
    FD(Text.NONE, 8, false),
    FL(Text.NONE, 4, false),
    IS(Text.ASCII, 1, true),
    LO(Text.CHARSET, 1, true),
    LT(Text.CHARSET, 1, false),
    OB(Text.NONE, 1, false),
    OD(Text.NONE, 8, false),
    OF(Text.NONE, 4, false),
    OL(Text.NONE, 4, false),
    OV(Text.NONE, 8, false),
    OW(Text.NONE, 2, false),
    PN(Text.CHARSET, 1, true),
    SH(Text.CHARSET, 1, true),
    SL(Text.NONE, 4, false),
    SQ(Text.NONE, 1, false),
    SS(Text.NONE, 2, false),
    ST(Text.CHARSET, 1, false),
    SV(Text.NONE, 8, false),
    TM(Text.ASCII, 1, true),
    UC(Text.CHARSET, 1, true),
    UI(Text.ASCII, 1, true),
    UL(Text.NONE, 4, false),
    UN(Text.NONE, 1, false),
    UR(Text.ASCII, 1, false),
    US(Text.NONE, 2, false),
    UT(Text.CHARSET, 1, false),
    UV(Text.NONE, 8, false);

    private enum Text {
        NONE,
        ASCII,
        CHARSET
    }

    private static final int LETTERS = 26;
    private static final Vr[] BY_CODE = new Vr[LETTERS * LETTERS];

    static {
        for (Vr vr : values()) {
            BY_CODE[index(vr.name().charAt(0), vr.name().charAt(1))] = vr;
        }
    }

    private final Text text;
    private final int unitBytes;
    private final boolean backslashSeparated;
    private final boolean longLength;

    Vr(Text text, int unitBytes, boolean backslashSeparated) {
        this.text = text;
        this.unitBytes = unitBytes;
        this.backslashSeparated = backslashSeparated;
        this.longLength = switch (name()) {
            case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV" ->
                true;
            default -> false;
        };
    }

    /** Returns the VR with this two-letter code, or null. */
    public static Vr of(int first, int second) {
        int index = index(first, second);
        return index < 0 ? null : BY_CODE[index];
    }

    /** Whether both bytes are letters that a future VR could have. */
    static boolean couldBe(int first, int second) {
        return index(first, second) >= 0;
    }

    private static int index(int first, int second) {
        int a = first - 'A';
        int b = second - 'A';
        return a < 0 || a >= LETTERS || b < 0 || b >= LETTERS ? -1 : a * LETTERS + b;
    }

    /** Whether explicit encodings write two reserved bytes and a 32-bit length, PS3.5 7.1.2. */
    public boolean longLength() {
        return longLength;
    }

    /** Bytes that big endian reverses together; 1 when the byte order does not matter. */
    public int unitBytes() {
        return unitBytes;
    }

    /** Whether values are text. */
    public boolean isText() {
        return text != Text.NONE;
    }

    /** Whether Specific Character Set applies, PS3.5 6.1.2.2. */
    public boolean usesCharacterSet() {
        return text == Text.CHARSET;
    }

    /** Whether a backslash separates several values. */
    public boolean backslashSeparated() {
        return backslashSeparated;
    }

    /** Whether the value is binary numbers or tags of {@link #unitBytes} (AT: twice that). */
    public boolean isNumeric() {
        return switch (this) {
            case AT, FD, FL, SL, SS, SV, UL, US, UV -> true;
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
                    UT -> false;
        };
    }

    /** Byte that makes an odd value even, PS3.5 6.2: a space for text but UI, else zero. */
    public byte paddingByte() {
        return (byte) (isText() && this != UI ? ' ' : 0);
    }
}
