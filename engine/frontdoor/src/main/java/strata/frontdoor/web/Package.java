package strata.frontdoor.web;

import strata.catalog.VersionEntry;
import strata.frontdoor.InstanceSource;

import java.io.IOException;

/** What several instances are sent in; for one thread. */
interface Package {
    /**
     * Writes one instance as a Part 10 file.
     *
     * @param header the file up to the data set, which the source gives
     */
    void add(VersionEntry version, byte[] header, InstanceSource source) throws IOException;

    /** Writes what shows that it is whole; without it no reader takes it for that. */
    void end() throws IOException;
}
