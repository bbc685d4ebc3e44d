package strata.replication;

/** A site at one end of a {@link SimulatedLink}. */
interface SimulatedEnd {
    SiteName name();

    LogSource log();

    /** What it remembers of the site of that name. */
    ReplicaLedger ledger(String other);

    ReplicaSink sink();
}
