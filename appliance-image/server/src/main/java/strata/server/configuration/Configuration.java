package strata.server.configuration;

import strata.base.AeTitle;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.base.tls.TlsFiles;
import strata.frontdoor.QueryPolicy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that an operator sets. Paths are absolute.
 *
 * @param data holds all that belongs to this site
 * @param site the site that must be there; empty: whichever is, or a new one
 * @param tls our key, certificates and whom we trust, for every door; empty: no TLS
 * @param hl7 where HL7 messages are taken; empty: nowhere
 * @param policy file of rules; where it does not exist, the built-in rules apply
 * @param catalogCacheBytes memory for the index, outside the Java heap
 * @param scrubEvery within so long every copy is read and verified once
 */
public record Configuration(
        AeTitle aet,
        Path data,
        Optional<SiteId> site,
        Optional<TlsFiles> tls,
        DicomSettings dicom,
        HttpSettings http,
        QueryPolicy queries,
        TierSettings tiers,
        StorageSettings storage,
        ReplicationSettings replication,
        Optional<Hl7Settings> hl7,
        PrefetchSettings prefetch,
        Path policy,
        long catalogCacheBytes,
        Duration scrubEvery,
        AuditSettings audit,
        LogSettings log) {
    /** The name of the commented file among the resources of this class's package. */
    private static final String COMMENTED_FILE = "/strata/server/strata.yaml";

    /**
     * Reads and checks the configuration.
     *
     * @param file none: defaults
     * @throws OperatorException one line that names the file, the line and what is wrong there, or
     *     the option
     */
    public static Configuration load(Optional<Path> file, Overrides overrides)
            throws OperatorException {
        return new ConfigurationReader(file, overrides).read();
    }

    /** The file that documents every key with its default, for a new installation. */
    public static String commentedFile() {
        try (InputStream in = Configuration.class.getResourceAsStream(COMMENTED_FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading our own resource cannot fail", e);
        }
    }
}
