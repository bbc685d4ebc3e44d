package strata.segment;

import strata.base.ByteRange;
import strata.base.ObjectId;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the start of a log found besides sound segments; each finding is also logged.
 *
 * @param replayedRecords records of segments that were not sealed when the log was last used
 */
public record RecoveryReport(List<Finding> findings, long replayedRecords) {
    /** What was found. */
    public enum Kind {
        /**
         * Bytes behind the last whole record, never acknowledged as far as can be told; removed.
         */
        TORN_END,
        /**
         * A record that is not whole, whole ones behind it, written after the last sync that is
         * proved by a later record: torn by a crash, or damaged since. Its bytes are kept, it is
         * not visible any more.
         */
        DOUBTFUL,
        /** What was durable is not what was written; left as it is. */
        DAMAGED,
        /** The footer of a sealed segment was unusable; written anew. */
        FOOTER_REWRITTEN,
        /** A file whose creation had not ended; removed. */
        UNFINISHED_FILE,
        /** A segment that was deleted and whose file came back, or was still there; removed. */
        RESURRECTED
    }

    /**
     * One finding.
     *
     * @param id the object, where the header still names it
     */
    public record Finding(
            Kind kind,
            long segment,
            Path file,
            ByteRange range,
            Optional<ObjectId> id,
            String detail) {}

    public RecoveryReport {
        findings = List.copyOf(findings);
    }

    /** Findings of one kind. */
    public List<Finding> findings(Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }
}
