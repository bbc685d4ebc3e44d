package strata.frontdoor.commitment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.frontdoor.Destination;
import strata.network.Association;
import strata.network.DimseClient;
import strata.network.NormalizedAnswer;
import strata.network.NormalizedRequest;
import strata.network.RequestOptions;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Storage commitment as user: asks another archive, and takes its report on the same association or
 * on one that it opens to us. Thread-safe.
 */
public final class CommitmentUser {
    private static final Logger LOG = LoggerFactory.getLogger(CommitmentUser.class);

    private final DimseClient client;
    private final AeTitle own;
    private final Map<Uid, BlockingQueue<CommitmentReport>> outstanding = new ConcurrentHashMap<>();

    public CommitmentUser(DimseClient client, AeTitle own) {
        this.client = client;
        this.own = own;
    }

    /**
     * Asks, and waits for the report. The association is kept open meanwhile.
     *
     * @return empty when no report came in time
     * @throws DimseException when the archive refuses
     */
    public Optional<CommitmentReport> request(
            Destination archive, List<Reference> references, Duration limit) throws IOException {
        Uid transaction = newTransaction();
        BlockingQueue<CommitmentReport> answer = new ArrayBlockingQueue<>(1);
        outstanding.put(transaction, answer);
        RequestOptions options = archive.request(own)
                .propose(
                        CommitmentReport.SOP_CLASS,
                        List.of(
                                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid()));
        try (Association association = client.open(options)) {
            association.serve((info, request, reporter) -> report(request));
            DataSet information = new DataSet()
                    .putUid(Tag.TransactionUID, transaction)
                    .putItems(
                            Tag.ReferencedSOPSequence,
                            references.stream().map(CommitmentReport::item).toList());
            Status status = association
                    .invoke(NormalizedRequest.action(
                            CommitmentReport.SOP_CLASS,
                            CommitmentReport.SOP_INSTANCE,
                            CommitmentReport.REQUEST_COMMITMENT,
                            information))
                    .status();
            if (!status.isDone()) {
                throw new DimseException(status, archive.aeTitle() + " refuses to commit");
            }
            Optional<CommitmentReport> report = await(answer, limit);
            if (association.isOpen()) {
                association.release();
            }
            return report;
        } finally {
            outstanding.remove(transaction);
        }
    }

    private static Uid newTransaction() {
        UUID random = UUID.randomUUID();
        BigInteger high = BigInteger.valueOf(random.getMostSignificantBits());
        BigInteger low = BigInteger.valueOf(random.getLeastSignificantBits());
        BigInteger mask = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        // PS3.5 B.2
        return new Uid("2.25." + high.and(mask).shiftLeft(64).or(low.and(mask)));
    }

    private static Optional<CommitmentReport> await(
            BlockingQueue<CommitmentReport> answer, Duration limit) throws IOException {
        try {
            return Optional.ofNullable(answer.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while awaiting a commitment", e);
        }
    }

    /** The N-EVENT-REPORT of an archive that we asked. */
    public NormalizedAnswer report(NormalizedRequest request) throws DimseException {
        if (request.typeId() != CommitmentReport.ALL_COMMITTED
                && request.typeId() != CommitmentReport.WITH_FAILURES) {
            throw new DimseException(Status.NO_SUCH_EVENT_TYPE, "event type " + request.typeId());
        }
        CommitmentReport report = CommitmentReport.read(request.dataSet());
        BlockingQueue<CommitmentReport> waiting = outstanding.get(report.transaction());
        if (waiting == null) {
            LOG.info("a report on unknown transaction {} is refused", report.transaction());
            throw new DimseException(Status.INVALID_ARGUMENT_VALUE, "the transaction is not known");
        }
        // A repeated report says the same again.
        waiting.offer(report);
        return NormalizedAnswer.SUCCESS;
    }
}
