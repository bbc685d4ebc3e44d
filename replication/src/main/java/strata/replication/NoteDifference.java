package strata.replication;

/**
 * A note that two sites did not agree on.
 *
 * @param repaired whether both know the later one now
 */
public record NoteDifference(String book, String key, boolean repaired) {}
