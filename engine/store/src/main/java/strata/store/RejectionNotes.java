package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Rejection notes: Key Object Selection documents whose title says why the instances that they
 * refer to must not be used (IHE RAD TF-2 4.66; titles in CID 7010 of PS3.16). The note is stored
 * as any object and shown; what it refers to is hidden before its sender hears of success, and what
 * comes only after it before the sender of that hears. Thread-safe.
 */
final class RejectionNotes {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionNotes.class);
    private static final Uid KEY_OBJECT_SELECTION = new Uid("1.2.840.10008.5.1.4.1.1.88.59");

    /** A longer document refers to more than a note sensibly does. */
    private static final long MAX_NOTE_BYTES = 16 << 20;

    private final Store store;
    private final DeletionOptions options;
    private final Optional<RejectionsAhead> ahead;

    /** @param ahead empty: a note has no effect on what comes after it */
    RejectionNotes(Store store, DeletionOptions options, Optional<RejectionsAhead> ahead) {
        this.store = store;
        this.options = options;
        this.ahead = ahead;
    }

    /** What a note says. */
    record Note(Reason reason, Set<Uid> instances) {}

    /** Takes every object that was stored, also one that was there already. */
    void arrived(Uid sopClass, IngestResult result) throws IOException {
        follow(result.key().instance());
        if (!sopClass.equals(KEY_OBJECT_SELECTION)
                || !options.acceptNotes()
                || result.outcome() == IngestResult.Outcome.CONFLICT) {
            return;
        }
        VersionEntry entry = store.catalog().version(result.id()).orElseThrow();
        Optional<Note> note = read(entry);
        if (note.isEmpty()) {
            return;
        }
        Reason reason = note.get().reason();
        if (reason == Reason.QUALITY && !options.hideQuality()) {
            LOG.info("rejection note {}: for quality, nothing is hidden", entry.id());
            return;
        }
        Set<Uid> known = new LinkedHashSet<>();
        for (Uid instance : note.get().instances()) {
            if (store.catalog().versions(instance).stream()
                    .anyMatch(v -> !v.key().equals(entry.key()))) {
                known.add(instance);
            }
        }
        RejectionsAhead.Expected by = new RejectionsAhead.Expected(
                entry.key().instance(),
                reason,
                entry.source().map(Object::toString).orElse(Decision.STORE));
        Decisions.Done done = hide(known, by);
        expect(note.get(), known, by);
        LOG.info(
                "rejection note {}: {}, {} of {} instances are here, {} versions hidden",
                entry.id(),
                reason,
                known.size(),
                note.get().instances().size(),
                done.versions());
    }

    private Decisions.Done hide(Set<Uid> instances, RejectionsAhead.Expected by)
            throws IOException {
        Decisions.Done done = store.decisions()
                .delete(
                        instances,
                        new Decisions.By(by.actor(), by.reason(), "", Optional.of(by.note())));
        store.meters().rejected(by.reason(), done.versions());
        return done;
    }

    /** What the note says and is not here; what may be sent again after it is not meant. */
    private void expect(Note note, Set<Uid> known, RejectionsAhead.Expected by) throws IOException {
        if (ahead.isEmpty() || !by.reason().refusesRepeat()) {
            return;
        }
        Set<Uid> missing = new LinkedHashSet<>(note.instances());
        missing.removeAll(known);
        missing.remove(by.note());
        ahead.get().expect(missing, by);
        for (Uid instance : missing) {
            // It may have come in between.
            followIfHere(instance);
        }
    }

    /** After a start: what came without its note having taken effect. */
    void resume() throws IOException {
        if (ahead.isPresent()) {
            for (Uid instance : ahead.get().all()) {
                followIfHere(instance);
            }
        }
    }

    private void followIfHere(Uid instance) throws IOException {
        if (!store.catalog().versions(instance).isEmpty()) {
            follow(instance);
        }
    }

    /** An instance is here: hidden, if a note that is still shown came before it. */
    private void follow(Uid instance) throws IOException {
        Optional<RejectionsAhead.Expected> by = ahead.flatMap(each -> each.of(instance));
        if (by.isEmpty()) {
            return;
        }
        if (options.acceptNotes() && store.catalog().current(by.get().note()).isPresent()) {
            Decisions.Done done = hide(Set.of(instance), by.get());
            LOG.info(
                    "rejection note {} came before instance {}: {} versions hidden",
                    by.get().note(),
                    instance,
                    done.versions());
        }
        ahead.get().forget(instance);
    }

    private Optional<Note> read(VersionEntry entry) throws IOException {
        if (entry.lengthBytes() > MAX_NOTE_BYTES) {
            LOG.warn("key object selection {} is too long to be a note", entry.id());
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) entry.lengthBytes());
        try (ObjectReader reader = store.open(entry)) {
            while (bytes.hasRemaining() && reader.read(bytes) >= 0) {
                // Reads until the document is whole.
            }
        }
        return of(Part10.read(new ByteArrayInputStream(bytes.array())).dataSet());
    }

    /** The note in a document; empty for one with another title. */
    static Optional<Note> of(DataSet document) {
        Optional<Reason> reason = document.items(Tag.ConceptNameCodeSequence).stream()
                .filter(code -> code.string(Tag.CodingSchemeDesignator)
                        .filter("DCM"::equals)
                        .isPresent())
                .flatMap(code -> code.string(Tag.CodeValue).stream())
                .flatMap(code -> Reason.ofTitle(code).stream())
                .findFirst();
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        Set<Uid> instances = new LinkedHashSet<>();
        for (DataSet study : document.items(Tag.CurrentRequestedProcedureEvidenceSequence)) {
            for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
                for (DataSet sop : series.items(Tag.ReferencedSOPSequence)) {
                    sop.uid(Tag.ReferencedSOPInstanceUID).ifPresent(instances::add);
                }
            }
        }
        return Optional.of(new Note(reason.get(), instances));
    }
}
