package strata.server.demo;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.Association;
import strata.network.AssociationInfo;
import strata.network.AssociationPolicy;
import strata.network.Cancellation;
import strata.network.ContextPolicy;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.RequestOptions;
import strata.network.RetrieveResult;
import strata.network.ServerOptions;
import strata.network.StoreCommand;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreService;
import strata.network.StoreSink;
import strata.network.dimse.Status;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** The modality that sends, and the workstation that queries and takes objects back. */
final class DemoPeer implements Closeable {
    private static final AeTitle MODALITY = new AeTitle("MODALITY");
    private static final Uid STUDY_FIND = new Uid("1.2.840.10008.5.1.4.1.2.2.1");
    private static final Uid STUDY_MOVE = new Uid("1.2.840.10008.5.1.4.1.2.2.2");
    private static final Uid STUDY_GET = new Uid("1.2.840.10008.5.1.4.1.2.2.3");
    private static final List<Uid> EXPLICIT =
            List.of(TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid());

    private final DimseClient client = DimseClient.start(Metrics.none());
    private final DimseServer workstation;
    private final Receiver moved = new Receiver();

    DemoPeer() throws IOException {
        AeTitle title = new AeTitle(DemoSites.WORKSTATION);
        ContextPolicy any = ContextPolicy.firstAcceptable(sopClass -> SopClasses.isStorage(sopClass)
                ? java.util.Optional.of(s -> true)
                : java.util.Optional.empty());
        workstation = DimseServer.start(
                ServerOptions.of(title, "127.0.0.1", 0),
                AssociationPolicy.calledAs(title, any),
                DimseServices.NONE.withStore(moved),
                Metrics.none(),
                Audit.none());
    }

    int workstationPort() {
        return workstation.port();
    }

    /** Takes objects, keeping nothing but the digest of each data set. */
    static final class Receiver implements StoreService {
        private final Map<Uid, Digest> received = new ConcurrentHashMap<>();
        private volatile LongConsumer progress = bytes -> {};

        Map<Uid, Digest> received() {
            return received;
        }

        void clear(LongConsumer next) {
            received.clear();
            progress = next;
        }

        @Override
        public StoreSink begin(AssociationInfo association, StoreRequest request) {
            MessageDigest sha256 = Digest.newSha256();
            long[] length = new long[1];
            return new StoreSink() {
                @Override
                public void write(ByteBuffer data) {
                    length[0] += data.remaining();
                    sha256.update(data);
                }

                @Override
                public void complete(StoreCompletion completion) {
                    received.put(request.sopInstance(), Digest.finish(sha256));
                    progress.accept(length[0]);
                    completion.done(Status.SUCCESS);
                }

                @Override
                public void abort() {
                    // Nothing was kept.
                }
            };
        }
    }

    private RequestOptions to(int port, String called) {
        return RequestOptions.of("127.0.0.1", port, MODALITY, new AeTitle(called));
    }

    /** Sends instances over one association; returns the first status that is no success. */
    Status store(
            int port,
            String called,
            List<Phantoms.Instance> instances,
            Sent sent,
            LongConsumer progress)
            throws IOException {
        RequestOptions options = to(port, called);
        Set<Uid> classes = new TreeSet<>();
        instances.forEach(i -> classes.add(i.sopClass()));
        for (Uid sopClass : classes) {
            options = options.propose(sopClass, EXPLICIT);
        }
        try (Association association = client.open(options)) {
            for (Phantoms.Instance instance : instances) {
                byte[] bytes = DataSetWriter.toBytes(
                        instance.content().get(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
                StoreCommand command = StoreCommand.of(
                        instance.sopClass(), instance.sopInstance(), instance.transferSyntax());
                Status status = association.store(command, DataSource.of(bytes));
                if (!status.isSuccess()) {
                    return status;
                }
                sent.add(instance.sopInstance(), Digest.ofBytes(bytes), bytes.length);
                progress.accept(bytes.length);
            }
            association.release();
        }
        return Status.SUCCESS;
    }

    /** Asks for all studies; returns the number of instances of each. */
    Map<Uid, Integer> find(int port, String called) throws IOException {
        Map<Uid, Integer> found = new ConcurrentHashMap<>();
        DataSet keys = new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putEmpty(Tag.StudyInstanceUID, Vr.UI)
                .putEmpty(Tag.NumberOfStudyRelatedInstances, Vr.IS);
        try (Association association =
                client.open(to(port, called).propose(STUDY_FIND, EXPLICIT))) {
            association.find(
                    STUDY_FIND,
                    keys,
                    match -> match.uid(Tag.StudyInstanceUID)
                            .ifPresent(uid -> found.put(
                                    uid,
                                    Integer.parseInt(match.string(Tag.NumberOfStudyRelatedInstances)
                                            .orElse("0")))));
            association.release();
        }
        return found;
    }

    /** Retrieves a study by C-GET; returns the digests of what came. */
    Map<Uid, Digest> get(int port, String called, Phantoms.Study study, LongConsumer progress)
            throws IOException {
        Receiver receiver = new Receiver();
        receiver.clear(progress);
        RequestOptions options = to(port, called).propose(STUDY_GET, EXPLICIT);
        Set<Uid> classes = new TreeSet<>();
        study.instances().forEach(i -> classes.add(i.sopClass()));
        for (Uid sopClass : classes) {
            options = options.propose(sopClass, EXPLICIT).asScp(sopClass);
        }
        try (Association association = client.open(options)) {
            RetrieveResult result = association.get(
                    STUDY_GET, ofStudy(study), receiver, counts -> {}, new Cancellation());
            association.release();
            requireSuccess(result);
        }
        return receiver.received();
    }

    /** Has a study sent to the workstation by C-MOVE; returns the digests of what came. */
    Map<Uid, Digest> move(int port, String called, Phantoms.Study study, LongConsumer progress)
            throws IOException {
        moved.clear(progress);
        try (Association association =
                client.open(to(port, called).propose(STUDY_MOVE, EXPLICIT))) {
            RetrieveResult result = association.move(
                    STUDY_MOVE,
                    ofStudy(study),
                    new AeTitle(DemoSites.WORKSTATION),
                    counts -> {},
                    new Cancellation());
            association.release();
            requireSuccess(result);
        }
        return Map.copyOf(moved.received());
    }

    private static void requireSuccess(RetrieveResult result) throws IOException {
        if (!result.status().isSuccess()) {
            throw new IOException(
                    "retrieve ended with status " + result.status() + " " + result.comment());
        }
    }

    private static DataSet ofStudy(Phantoms.Study study) {
        return new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putUid(Tag.StudyInstanceUID, study.uid());
    }

    @Override
    public void close() {
        workstation.close();
        client.close();
    }
}
