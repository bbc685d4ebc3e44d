package strata.store;

import java.util.Optional;

/**
 * Why a version is deleted. The codes are those of the document titles of rejection notes (CID 7010
 * of PS3.16, scheme DCM; IHE RAD TF-2 4.66).
 */
public enum Reason {
    /** An operator deleted it; sent again, it is taken as new. */
    OPERATOR(0, "", false),
    /** Rejected for Quality Reasons. */
    QUALITY(1, "113001", true),
    /** Rejected for Patient Safety Reasons. */
    PATIENT_SAFETY(2, "113037", true),
    /** Incorrect Modality Worklist Entry. */
    WRONG_WORKLIST_ENTRY(3, "113038", true),
    /** Data Retention Policy Expired; sent again, it is taken as new. */
    RETENTION_EXPIRED(4, "113039", false);

    private final int code;
    private final String title;
    private final boolean refusesRepeat;

    Reason(int code, String title, boolean refusesRepeat) {
        this.code = code;
        this.title = title;
        this.refusesRepeat = refusesRepeat;
    }

    /** The byte in the record. */
    int code() {
        return code;
    }

    /** Code value of the rejection note's title; empty for {@link #OPERATOR}. */
    public String title() {
        return title;
    }

    /** Whether an instance that is hidden for it is refused when it is sent again. */
    public boolean refusesRepeat() {
        return refusesRepeat;
    }

    static Reason of(int code) {
        for (Reason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no reason has the code " + code);
    }

    /** The reason that a rejection note's title stands for. */
    static Optional<Reason> ofTitle(String title) {
        for (Reason reason : values()) {
            if (reason != OPERATOR && reason.title.equals(title)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
