package strata.server.configuration;

import strata.store.CompactionOptions;
import strata.store.ConflictPolicy;
import strata.store.DeletionOptions;

/** What becomes of conflicting, deleted and dead bytes. */
public record StorageSettings(
        ConflictPolicy conflicts, DeletionOptions deletion, CompactionOptions compaction) {}
