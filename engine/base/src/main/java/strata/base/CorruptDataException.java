package strata.base;

/**
 * Stored bytes are not what was written: names the file, the offset, and what was expected and
 * found.
 */
public final class CorruptDataException extends StrataException {
    private final String where;
    private final long offset;

    public CorruptDataException(String where, long offset, Object expected, Object found) {
        super(
                Fault.DISK,
                "damaged: " + where + " at offset " + offset + ": expected " + expected + ", found "
                        + found,
                null);
        this.where = where;
        this.offset = offset;
    }

    /** The file or location that is damaged. */
    public String where() {
        return where;
    }

    public long offset() {
        return offset;
    }
}
