package strata.dicom;

/**
 * Content that breaks a rule of PS3.5 but not the structure: the object is kept as it is and
 * flagged, since refusing a real image harms a patient.
 */
public enum Oddity {
    /** A value with an odd number of bytes, PS3.5 7.1.1. */
    ODD_LENGTH,
    /** A tag that is not greater than the one before it in the same data set, PS3.5 7.1. */
    UNORDERED_TAG,
    /** The same tag again in the same data set; the first one counts. */
    DUPLICATE_TAG,
    /** Two letters that are no known VR: read with a 32-bit length, as PS3.5 6.2.2 foresees. */
    UNKNOWN_VR,
    /** Two bytes that cannot be a VR, later than the first element: read with a 16-bit length. */
    INVALID_VR,
    /** An item whose elements are implicit although the data set is explicit, or the reverse. */
    MIXED_ENCODING,
    /** Pixel Data is encapsulated although the transfer syntax says native. */
    ENCAPSULATED_IN_NATIVE_SYNTAX,
    /** A delimitation item inside something of defined length. */
    STRAY_DELIMITER,
    /** A delimitation item with a length other than zero. */
    DELIMITER_LENGTH,
    /** An element of group 0000 or 0002 inside the data set. */
    FOREIGN_GROUP,
    /** Bytes after the end of deflated data. */
    TRAILING_BYTES,
    /** A wanted value was longer than its bound and was not captured. */
    VALUE_TOO_LONG,
    /** Text that does not fit its character set. */
    UNDECODABLE_TEXT
}
