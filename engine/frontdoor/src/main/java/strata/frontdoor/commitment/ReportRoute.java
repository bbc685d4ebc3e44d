package strata.frontdoor.commitment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.dicom.TransferSyntax;
import strata.frontdoor.Destination;
import strata.network.Association;
import strata.network.AssociationException;
import strata.network.DimseClient;
import strata.network.NormalizedRequest;
import strata.network.Reporter;
import strata.network.RequestOptions;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way of a report to the requester: the association of the request while it is open, else a new
 * one in the role of the provider, PS3.4 J.3.3.
 */
public final class ReportRoute {
    private static final Logger LOG = LoggerFactory.getLogger(ReportRoute.class);

    private final DimseClient client;
    private final AeTitle own;
    private final Function<AeTitle, Optional<Destination>> addresses;

    /** @param addresses where a requester listens; asked at each attempt */
    public ReportRoute(
            DimseClient client, AeTitle own, Function<AeTitle, Optional<Destination>> addresses) {
        this.client = client;
        this.own = own;
        this.addresses = addresses;
    }

    /** @throws IOException when the requester did not take the report */
    void send(AeTitle requester, CommitmentReport report, Optional<Reporter> same)
            throws IOException {
        NormalizedRequest request = report.request(own);
        if (same.isPresent() && same.get().isOpen()) {
            try {
                require(same.get().report(request).status());
                return;
            } catch (AssociationException e) {
                LOG.debug("{} did not wait for its report: {}", requester, e.getMessage());
            }
        }
        Destination to = addresses
                .apply(requester)
                .orElseThrow(() -> new DimseException(
                        Status.MOVE_DESTINATION_UNKNOWN,
                        "no address is configured for " + requester));
        RequestOptions options = to.request(own)
                .propose(
                        CommitmentReport.SOP_CLASS,
                        List.of(
                                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid()))
                .asScp(CommitmentReport.SOP_CLASS);
        try (Association association = client.open(options)) {
            require(association.invoke(request).status());
            release(association);
        }
    }

    private static void require(Status status) throws DimseException {
        if (!status.isDone()) {
            throw new DimseException(status, "the requester refuses the report");
        }
    }

    /** The report has arrived, however the association ends. */
    private static void release(Association association) {
        try {
            association.release();
        } catch (AssociationException e) {
            LOG.debug("{} did not release: {}", association.info(), e.getMessage());
        }
    }
}
