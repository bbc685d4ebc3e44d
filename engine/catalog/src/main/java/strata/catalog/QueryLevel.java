package strata.catalog;

/** Query/Retrieve Level (0008,0052), PS3.4 C.4.1.1.3.1, from the top down. */
public enum QueryLevel {
    PATIENT,
    STUDY,
    SERIES,
    IMAGE
}
