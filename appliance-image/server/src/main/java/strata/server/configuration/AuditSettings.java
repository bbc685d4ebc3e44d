package strata.server.configuration;

import java.nio.file.Path;

/**
 * The audit trail.
 *
 * @param path directory, absolute
 * @param rotateBytes length at which a file is followed by the next
 */
public record AuditSettings(Path path, long rotateBytes) {}
