package strata.catalog;

/** A job of the mover's or repair's queues; the value belongs to whoever entered it. */
public record Job(String name, byte[] value) {}
