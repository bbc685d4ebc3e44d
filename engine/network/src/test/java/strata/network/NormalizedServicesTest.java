package strata.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** DIMSE-N in both directions: our requestor against our acceptor. */
@ExtendWith(LeakCheck.class)
class NormalizedServicesTest {
    private static final Uid COMMITMENT = new Uid("1.2.840.10008.1.20.1");
    private static final Uid WELL_KNOWN = new Uid("1.2.840.10008.1.20.1.1");
    private static final DataSet INFORMATION =
            new DataSet().putUid(Tag.TransactionUID, new Uid("2.25.11"));
    private static final int SECONDS = 20;

    private final BlockingQueue<NormalizedRequest> asked = new ArrayBlockingQueue<>(16);
    private final BlockingQueue<Reporter> reporters = new ArrayBlockingQueue<>(16);
    private volatile NormalizedAnswer answer = NormalizedAnswer.SUCCESS;
    private DimseClient client;
    private DimseServer server;

    @BeforeEach
    void start() throws Exception {
        client = DimseClient.start(Metrics.none());
        server =
                Peers.server(DimseServices.NONE.withNormalized((association, request, reporter) -> {
                    asked.add(request);
                    reporters.add(reporter);
                    return answer;
                }));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private Association open(Uid transferSyntax) throws Exception {
        return client.open(Peers.to(server).propose(COMMITMENT, List.of(transferSyntax)));
    }

    private static NormalizedRequest action(DataSet information) {
        return NormalizedRequest.action(COMMITMENT, WELL_KNOWN, 1, information);
    }

    @Test
    void everyOperationArrivesAsItWasSent() throws Exception {
        List<NormalizedRequest> all = List.of(
                action(INFORMATION),
                NormalizedRequest.create(COMMITMENT, new Uid("2.25.12"), INFORMATION),
                NormalizedRequest.set(COMMITMENT, new Uid("2.25.12"), INFORMATION),
                NormalizedRequest.eventReport(COMMITMENT, WELL_KNOWN, 2, INFORMATION),
                new NormalizedRequest(
                        NormalizedOperation.GET,
                        COMMITMENT,
                        Optional.of(WELL_KNOWN),
                        0,
                        new DataSet()),
                new NormalizedRequest(
                        NormalizedOperation.DELETE,
                        COMMITMENT,
                        Optional.of(WELL_KNOWN),
                        0,
                        new DataSet()));
        for (Uid syntax : List.of(Peers.IMPLICIT, Peers.EXPLICIT)) {
            try (Association association = open(syntax)) {
                for (NormalizedRequest request : all) {
                    assertEquals(Status.SUCCESS, association.invoke(request).status());
                    assertEquals(request, asked.poll(SECONDS, TimeUnit.SECONDS));
                }
                association.release();
            }
        }
    }

    @Test
    void theAnswerBringsItsDataSetItsInstanceAndItsComment() throws Exception {
        answer = new NormalizedAnswer(
                Status.INVALID_ATTRIBUTE_VALUE,
                "no such value",
                Optional.of(new Uid("2.25.13")),
                new DataSet().putString(Tag.RetrieveAETitle, Vr.AE, "STRATA"));
        try (Association association = open(Peers.EXPLICIT)) {
            NormalizedRequest create = new NormalizedRequest(
                    NormalizedOperation.CREATE, COMMITMENT, Optional.empty(), 0, INFORMATION);
            assertEquals(answer, association.invoke(create));
            assertEquals(create, asked.poll(SECONDS, TimeUnit.SECONDS));
            association.release();
        }
    }

    @Test
    void theAcceptorReportsOnTheSameAssociation() throws Exception {
        BlockingQueue<NormalizedRequest> reported = new ArrayBlockingQueue<>(16);
        try (Association association = open(Peers.EXPLICIT)) {
            association.serve((info, request, reporter) -> {
                reported.add(request);
                return NormalizedAnswer.SUCCESS;
            });
            association.invoke(action(INFORMATION));
            Reporter reporter = reporters.poll(SECONDS, TimeUnit.SECONDS);
            assertTrue(reporter.isOpen());
            NormalizedRequest report =
                    NormalizedRequest.eventReport(COMMITMENT, WELL_KNOWN, 1, INFORMATION);
            assertEquals(Status.SUCCESS, reporter.report(report).status());
            assertEquals(report, reported.poll(SECONDS, TimeUnit.SECONDS));
            association.release();
            assertFalse(reporter.isOpen());
            assertThrows(AssociationException.class, () -> reporter.report(report));
        }
    }

    @Test
    void aRequestorInTheRoleOfTheProviderReportsOnItsOwn() throws Exception {
        RequestOptions options =
                Peers.to(server).propose(COMMITMENT, List.of(Peers.EXPLICIT)).asScp(COMMITMENT);
        NormalizedRequest report =
                NormalizedRequest.eventReport(COMMITMENT, WELL_KNOWN, 2, INFORMATION);
        try (Association association = client.open(options)) {
            assertTrue(association.info().contexts().get(0).requestorIsScp());
            assertEquals(Status.SUCCESS, association.invoke(report).status());
            assertEquals(report, asked.poll(SECONDS, TimeUnit.SECONDS));
            DimseException notAsScp = assertThrows(
                    DimseException.class, () -> association.invoke(action(INFORMATION)));
            assertEquals(Status.SOP_CLASS_NOT_SUPPORTED, notAsScp.status());
            association.release();
        }
    }

    @Test
    void aDataSetBeyondTheLimitIsRefusedAndTheAssociationGoesOn() throws Exception {
        DataSet large = new DataSet()
                .putBytes(Tag.PixelData, Vr.OB, new byte[NormalizedRequest.MAX_DATA_SET_BYTES]);
        try (Association association = open(Peers.EXPLICIT)) {
            assertEquals(
                    Status.RESOURCE_LIMITATION,
                    association.invoke(action(large)).status());
            assertEquals(Status.SUCCESS, association.invoke(action(INFORMATION)).status());
            association.release();
        }
        assertEquals(1, asked.size());
    }

    @Test
    void withoutTheServiceTheOperationIsNotKnown() throws Exception {
        try (DimseServer none = Peers.server(DimseServices.NONE);
                Association association =
                        client.open(Peers.to(none).propose(COMMITMENT, List.of(Peers.EXPLICIT)))) {
            assertEquals(
                    Status.UNRECOGNIZED_OPERATION,
                    association.invoke(action(INFORMATION)).status());
            association.release();
        }
    }
}
