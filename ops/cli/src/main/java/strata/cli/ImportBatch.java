package strata.cli;

import strata.network.Association;
import strata.network.AssociationException;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.PendingStore;
import strata.network.RequestOptions;
import strata.network.StoreCommand;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Sends some files over one association, and over another one when that is lost. */
final class ImportBatch {
    private static final int WINDOW = 16;

    private final DimseClient client;
    private final RequestOptions options;
    private final ImportReport report;

    /** A file on its way. */
    private record Sent(ImportFile file, PendingStore pending) {}

    ImportBatch(DimseClient client, RequestOptions options, ImportReport report) {
        this.client = client;
        this.options = options;
        this.report = report;
    }

    /** @throws AssociationException when no association could be opened */
    void send(List<ImportFile> files) throws AssociationException {
        List<ImportFile> left = files;
        boolean stuck = false;
        while (!left.isEmpty()) {
            List<ImportFile> unanswered = attempt(left);
            boolean none = unanswered.size() == left.size();
            if (none && stuck) {
                unanswered.forEach(
                        file -> report.refused(file.path(), "the association was lost twice"));
                return;
            }
            stuck = none;
            left = unanswered;
        }
    }

    /** @return the files that are still to be sent, since the association was lost */
    private List<ImportFile> attempt(List<ImportFile> files) throws AssociationException {
        Deque<ImportFile> todo = new ArrayDeque<>(files);
        Deque<Sent> sent = new ArrayDeque<>();
        try (Association association = client.open(proposing(files))) {
            while (!todo.isEmpty() && association.isOpen()) {
                if (sent.size() >= WINDOW) {
                    settle(sent);
                }
                store(association, todo, sent);
            }
            while (!sent.isEmpty()) {
                settle(sent);
            }
            if (association.isOpen()) {
                association.release();
            }
        } catch (AssociationLostException e) {
            // What is unanswered is sent again: a repeat of the same bytes does no harm.
            List<ImportFile> unanswered = new ArrayList<>();
            sent.forEach(each -> unanswered.add(each.file()));
            unanswered.addAll(todo);
            return unanswered;
        }
        return List.copyOf(todo);
    }

    /** The association has ended before its time. */
    private static final class AssociationLostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        AssociationLostException(AssociationException cause) {
            super(cause);
        }
    }

    private RequestOptions proposing(List<ImportFile> files) {
        Set<ImportFile.Kind> kinds = new LinkedHashSet<>();
        files.forEach(file -> kinds.add(file.kind()));
        RequestOptions proposed = options.withWindow(WINDOW, 1);
        for (ImportFile.Kind kind : kinds) {
            proposed = proposed.propose(kind.sopClass(), List.of(kind.transferSyntax()));
        }
        return proposed;
    }

    private void store(Association association, Deque<ImportFile> todo, Deque<Sent> sent) {
        ImportFile file = todo.peek();
        StoreCommand command =
                StoreCommand.of(file.sopClass(), file.sopInstance(), file.transferSyntax());
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            PendingStore pending = association.storeLater(command, source(file, channel));
            todo.remove();
            sent.add(new Sent(file, pending));
        } catch (AssociationException e) {
            throw new AssociationLostException(e);
        } catch (DimseException e) {
            todo.remove();
            report.refused(
                    file.path(),
                    "the server does not take SOP class " + file.sopClass() + " in transfer syntax "
                            + file.transferSyntax());
        } catch (IOException e) {
            todo.remove();
            report.refused(file.path(), "cannot be read: " + e);
        }
    }

    private void settle(Deque<Sent> sent) {
        Sent oldest = sent.peek();
        try {
            Status status = oldest.pending().await();
            if (status.isDone()) {
                report.sent(oldest.file(), status.equals(Status.COERCION_OF_ELEMENTS));
            } else {
                String comment = oldest.pending().comment();
                report.refused(
                        oldest.file().path(),
                        "status " + status + (comment.isEmpty() ? "" : ": " + comment));
            }
            sent.remove();
        } catch (AssociationException e) {
            throw new AssociationLostException(e);
        } catch (IOException e) {
            sent.remove();
            report.refused(oldest.file().path(), String.valueOf(e.getMessage()));
        }
    }

    private static DataSource source(ImportFile file, FileChannel channel) throws IOException {
        channel.position(file.dataSetOffset());
        return new DataSource() {
            private long left = file.dataSetBytes();

            @Override
            public long lengthBytes() {
                return file.dataSetBytes();
            }

            @Override
            public int read(ByteBuffer to) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int limit = to.limit();
                to.limit((int) Math.min(limit, to.position() + left));
                int read = channel.read(to);
                to.limit(limit);
                if (read <= 0) {
                    throw new EOFException(file.path() + " has become shorter");
                }
                left -= read;
                return read;
            }
        };
    }
}
