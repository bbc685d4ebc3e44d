package strata.replication;

import strata.catalog.VersionEntry;

/**
 * Which objects go to a site. Asked once per object when its record is passed; who changes the
 * choice calls {@link SiteSender#restart()}. Called by the sender's thread: quick, and never
 * throws.
 */
@FunctionalInterface
public interface ReplicationChoice {
    boolean shallReplicate(VersionEntry version);

    static ReplicationChoice all() {
        return version -> true;
    }
}
