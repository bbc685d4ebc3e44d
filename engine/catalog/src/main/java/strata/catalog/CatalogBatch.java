package strata.catalog;

import strata.base.ObjectId;
import strata.base.Uid;
import strata.dicom.DataSet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Changes that {@link Catalog#apply} makes together or not at all, in the order in which they were
 * added.
 *
 * <p>Applying a batch again changes nothing, counts included. A version that exists is never put
 * anew: only copies that it did not have are added, its state stays. So a replay may put what is
 * there, but it brings back what was {@link #delete deleted}; a version whose record may still be
 * read again is therefore set to PURGED, and deleted when its record is gone.
 *
 * <p>Steps on a version that the catalog does not know are skipped and counted. Not thread-safe.
 */
public final class CatalogBatch {
    private final List<BatchStep> steps = new ArrayList<>();

    CatalogBatch() {}

    /**
     * Enters a version. When its SOP Instance UID already has a CURRENT version and this one claims
     * to be CURRENT too, one of them becomes CONFLICT: of two from the same site the one with the
     * higher sequence, else the newcomer.
     *
     * @param indexKeys {@link IndexKeys#TAGS} of the object, in any character set; more are kept
     *     too
     */
    public CatalogBatch putVersion(VersionEntry entry, DataSet indexKeys) {
        return add(new BatchStep.PutVersion(entry, IndexedKeys.of(entry.key(), indexKeys)));
    }

    public CatalogBatch setPlacements(ObjectId id, List<Placement> placements) {
        return add(new BatchStep.SetPlacements(id, List.copyOf(placements)));
    }

    /** Adds a copy, or replaces what is known about the copy at that location. */
    public CatalogBatch addPlacement(ObjectId id, Placement placement) {
        return add(new BatchStep.AddPlacement(id, placement));
    }

    /**
     * Moves a copy: only where the version still has one at {@code from} and is not purged; else
     * the step is skipped and counted, since somebody released it meanwhile.
     */
    public CatalogBatch movePlacement(ObjectId id, Location from, Placement to) {
        return add(new BatchStep.MovePlacement(id, from, to));
    }

    public CatalogBatch removePlacement(ObjectId id, Location location) {
        return add(new BatchStep.RemovePlacement(id, location));
    }

    /**
     * Moves a version to a state, see {@link VersionState}. To make another version CURRENT, first
     * move the one that is.
     */
    public CatalogBatch setState(ObjectId id, VersionState state) {
        return add(new BatchStep.SetState(id, state));
    }

    /** Forgets a version. */
    public CatalogBatch delete(ObjectId id) {
        return add(new BatchStep.Delete(id));
    }

    /** Sets a mark, see {@link Catalog#mark}. */
    public CatalogBatch putMark(String name, byte[] value) {
        return add(new BatchStep.SetRow(RowFamily.SYSTEM, Marks.key(name), value.clone()));
    }

    public CatalogBatch removeMark(String name) {
        return add(new BatchStep.SetRow(RowFamily.SYSTEM, Marks.key(name), null));
    }

    /** Says how far a segment is applied, this batch included. */
    public CatalogBatch putSegmentMark(SegmentMark mark) {
        return add(new BatchStep.SetRow(
                RowFamily.SYSTEM, Marks.segmentKey(mark.segment()), Marks.encode(mark)));
    }

    public CatalogBatch removeSegmentMark(long segment) {
        return add(new BatchStep.SetRow(RowFamily.SYSTEM, Marks.segmentKey(segment), null));
    }

    /** Enters or replaces a job, see {@link Catalog#jobs}. */
    public CatalogBatch putJob(String name, byte[] value) {
        return add(new BatchStep.SetRow(RowFamily.JOBS, Marks.jobKey(name), value.clone()));
    }

    public CatalogBatch removeJob(String name) {
        return add(new BatchStep.SetRow(RowFamily.JOBS, Marks.jobKey(name), null));
    }

    /** Adds retrieves of a study; this and the next count again when applied again. */
    public CatalogBatch addAccess(Uid study, Instant lastAccess, long hits) {
        return add(new BatchStep.AddAccess(study, Optional.empty(), lastAccess, hits));
    }

    /** Adds retrieves of a series; they are not added to its study's. */
    public CatalogBatch addAccess(SeriesKey of, Instant lastAccess, long hits) {
        return add(new BatchStep.AddAccess(of.study(), Optional.of(of.series()), lastAccess, hits));
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Number of steps. */
    public int size() {
        return steps.size();
    }

    List<BatchStep> steps() {
        return steps;
    }

    private CatalogBatch add(BatchStep step) {
        steps.add(Objects.requireNonNull(step));
        return this;
    }
}
