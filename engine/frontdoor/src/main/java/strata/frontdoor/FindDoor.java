package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.catalog.Catalog;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QuerySpec;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.TextEncoding;
import strata.network.AssociationInfo;
import strata.network.FindRequest;
import strata.network.FindResponder;
import strata.network.FindService;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * C-FIND as SCP, PS3.4 C.4.1; matches are sent as the catalog finds them, so that memory is bounded
 * however many there are. Answers are in the character set of the request where all of an answer
 * fits it, else in ISO_IR 192.
 */
public final class FindDoor implements FindService {
    private final Catalog catalog;
    private final AeTitle own;
    private final QueryPolicy policy;
    private final Audit audit;
    private final Metrics.Histogram seconds;
    private final Metrics.Counter matches;

    /** With the default policy. */
    public FindDoor(Catalog catalog, AeTitle own, Metrics metrics, Audit audit) {
        this(catalog, own, QueryPolicy.DEFAULT, metrics, audit);
    }

    public FindDoor(
            Catalog catalog, AeTitle own, QueryPolicy policy, Metrics metrics, Audit audit) {
        this.catalog = catalog;
        this.own = own;
        this.policy = policy;
        this.audit = audit;
        this.seconds = metrics.histogram(
                "strata_dimse_find_seconds", "C-FIND from request to final response", "level");
        this.matches = metrics.counter("strata_dimse_find_matches_total", "Matches sent", "level");
    }

    @Override
    public Status find(AssociationInfo association, FindRequest request, FindResponder responder)
            throws IOException {
        long start = System.nanoTime();
        Models.Model model = Models.of(request.sopClass())
                .filter(m -> m.kind() == Models.Kind.FIND)
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED, "not a query SOP class"));
        QueryLevel level = Identifiers.level(request.identifier());
        QuerySpec spec = spec(model, level, request);
        Matches found = new Matches(spec, responder);
        boolean done = false;
        try {
            Status status = found.send();
            done = true;
            return status;
        } finally {
            matches.add(found.sent, level.name());
            seconds.observe((System.nanoTime() - start) / 1e9, level.name());
            audit.record(
                    Audit.Action.QUERY,
                    done ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                    association.calling().value(),
                    Map.of("level", level.name(), "matches", Long.toString(found.sent)));
        }
    }

    /** The pending responses of one query. */
    private final class Matches {
        private final QuerySpec spec;
        private final FindResponder responder;
        private final Optional<TextEncoding> wanted;
        private final boolean warns;
        private long sent;

        Matches(QuerySpec spec, FindResponder responder) {
            this.spec = spec;
            this.responder = responder;
            this.warns = spec.hasUnsupportedKeys();
            this.wanted = spec.identifier().characterSet().isUtf8()
                    ? Optional.empty()
                    : TextEncoding.of(spec.identifier().strings(Tag.SpecificCharacterSet));
        }

        Status send() throws IOException {
            try (QueryCursor answers = catalog.query(spec, responder::cancelled)) {
                while (answers.hasNext()) {
                    if (responder.cancelled()) {
                        return Status.CANCEL;
                    }
                    if (policy.maxMatches() > 0 && sent == policy.maxMatches()) {
                        throw new DimseException(
                                Status.OUT_OF_RESOURCES,
                                "more than " + policy.maxMatches() + " matches: ask more narrowly");
                    }
                    send(answers.next());
                    sent++;
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            return responder.cancelled() ? Status.CANCEL : Status.SUCCESS;
        }

        private void send(DataSet answer) throws IOException {
            DataSet match = wanted.flatMap(set -> set.encode(answer)).orElse(answer);
            if (warns) {
                responder.pendingWithWarning(match);
            } else {
                responder.pending(match);
            }
        }
    }

    private QuerySpec spec(Models.Model model, QueryLevel level, FindRequest request)
            throws DimseException {
        if (Models.isWithoutSeries(request.sopClass()) && level.compareTo(QueryLevel.STUDY) > 0) {
            throw new DimseException(
                    Status.DOES_NOT_MATCH_SOP_CLASS, "Patient/Study Only has no level " + level);
        }
        try {
            QuerySpec spec = new QuerySpec(
                            model.root(), level, request.identifier(), request.relational())
                    .with(QueryNegotiation.options(request.extendedNegotiation()))
                    .withRetrieveAeTitle(own);
            if (!policy.answersUniversal() && spec.isUniversal()) {
                throw new DimseException(
                        Status.OUT_OF_RESOURCES, "a query without any value is not answered here");
            }
            return spec;
        } catch (IllegalArgumentException e) {
            throw new DimseException(Status.DOES_NOT_MATCH_SOP_CLASS, e.getMessage(), e);
        }
    }
}
