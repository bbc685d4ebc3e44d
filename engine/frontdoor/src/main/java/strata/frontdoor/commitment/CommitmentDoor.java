package strata.frontdoor.commitment;

import strata.network.AssociationInfo;
import strata.network.NormalizedAnswer;
import strata.network.NormalizedOperation;
import strata.network.NormalizedRequest;
import strata.network.NormalizedService;
import strata.network.Reporter;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;

/** What comes by DIMSE-N: requests for commitment, and reports of archives that we asked. */
public final class CommitmentDoor implements NormalizedService {
    private final CommitmentProvider provider;
    private final CommitmentUser user;

    public CommitmentDoor(CommitmentProvider provider, CommitmentUser user) {
        this.provider = provider;
        this.user = user;
    }

    @Override
    public NormalizedAnswer perform(
            AssociationInfo association, NormalizedRequest request, Reporter reporter)
            throws IOException {
        if (!request.sopClass().equals(CommitmentReport.SOP_CLASS)) {
            throw new DimseException(Status.NO_SUCH_SOP_CLASS, "only storage commitment is served");
        }
        if (request.operation() == NormalizedOperation.ACTION) {
            return provider.request(association, request, reporter);
        }
        if (request.operation() == NormalizedOperation.EVENT_REPORT) {
            return user.report(request);
        }
        throw new DimseException(
                Status.UNRECOGNIZED_OPERATION, "storage commitment has no " + request.operation());
    }
}
