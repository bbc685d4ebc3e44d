package strata.replication;

import strata.base.ObjectId;

import java.time.Instant;

/** An object that failed too often and is left aside until it is tried again. */
public record ParkedObject(ObjectId id, Instant appendedAt, String reason) {}
