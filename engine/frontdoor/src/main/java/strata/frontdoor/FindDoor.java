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
import strata.dicom.Vr;
import strata.network.AssociationInfo;
import strata.network.FindRequest;
import strata.network.FindResponder;
import strata.network.FindService;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.Map;

/** C-FIND as SCP, PS3.4 C.4.1; matches are sent as the catalog finds them. */
public final class FindDoor implements FindService {
    private final Catalog catalog;
    private final AeTitle own;
    private final Audit audit;
    private final Metrics.Histogram seconds;
    private final Metrics.Counter matches;

    public FindDoor(Catalog catalog, AeTitle own, Metrics metrics, Audit audit) {
        this.catalog = catalog;
        this.own = own;
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
        long sent = 0;
        try (QueryCursor answers = catalog.query(spec)) {
            while (answers.hasNext()) {
                if (responder.cancelled()) {
                    return Status.CANCEL;
                }
                responder.pending(withLevel(answers.next(), level));
                sent++;
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        matches.add(sent, level.name());
        seconds.observe((System.nanoTime() - start) / 1e9, level.name());
        audit.record(
                Audit.Action.QUERY,
                Audit.Outcome.SUCCESS,
                association.calling().value(),
                Map.of("level", level.name(), "matches", Long.toString(sent)));
        return Status.SUCCESS;
    }

    private QuerySpec spec(Models.Model model, QueryLevel level, FindRequest request)
            throws DimseException {
        try {
            return new QuerySpec(model.root(), level, request.identifier(), request.relational())
                    .withRetrieveAeTitle(own);
        } catch (IllegalArgumentException e) {
            throw new DimseException(Status.DOES_NOT_MATCH_SOP_CLASS, e.getMessage(), e);
        }
    }

    private static DataSet withLevel(DataSet answer, QueryLevel level) {
        return answer.contains(Tag.QueryRetrieveLevel)
                ? answer
                : answer.putString(Tag.QueryRetrieveLevel, Vr.CS, level.name());
    }
}
