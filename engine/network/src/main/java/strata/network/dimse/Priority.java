package strata.network.dimse;

/** Priority of PS3.7 9.1; the code is the ordinal. */
public enum Priority {
    MEDIUM,
    HIGH,
    LOW;

    static Priority of(int code) {
        return code == 1 ? HIGH : code == 2 ? LOW : MEDIUM;
    }
}
