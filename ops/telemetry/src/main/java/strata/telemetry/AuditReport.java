package strata.telemetry;

import strata.base.Digest;

import java.nio.file.Path;
import java.util.List;

/**
 * What a check of the audit trail found.
 *
 * @param lines whole lines that were read
 * @param head SHA-256 of the last whole line: kept elsewhere, it also proves that no line was cut
 *     off the end
 * @param tornEnd whether the last file ends within a line, as after a crash or while it is written
 * @param damages at most {@link #MAX_DAMAGES} places where the chain does not hold
 */
public record AuditReport(
        int files, long lines, Digest head, boolean tornEnd, List<Damage> damages) {
    public static final int MAX_DAMAGES = 100;

    /** A place where a line was changed, removed or inserted; lines count from 1. */
    public record Damage(Path file, long line, String what) {
        @Override
        public String toString() {
            return file + " line " + line + ": " + what;
        }
    }

    public AuditReport {
        damages = List.copyOf(damages);
    }

    public boolean intact() {
        return damages.isEmpty();
    }
}
