package strata.catalog;

/** The information models of PS3.4 C.3; Patient/Study Only is PATIENT without the lower levels. */
public enum QueryRoot {
    PATIENT,
    STUDY
}
