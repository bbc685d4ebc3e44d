package strata.base;

/**
 * A file that is whole but not one this build can use: the wrong kind, or a version too old or too
 * new.
 */
public final class FormatException extends StrataException {
    /** What is the matter with the file. */
    public enum Kind {
        WRONG_FILE,
        TOO_OLD,
        TOO_NEW
    }

    private final Kind kind;

    public FormatException(Kind kind, String where, Object expected, Object found) {
        super(
                Fault.OPERATOR,
                switch (kind) {
                            case WRONG_FILE -> "not the expected kind of file: ";
                            case TOO_OLD -> "written by a version that is no longer read: ";
                            case TOO_NEW -> "written by a newer version: ";
                        }
                        + where
                        + ": expected "
                        + expected
                        + ", found "
                        + found,
                null);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
