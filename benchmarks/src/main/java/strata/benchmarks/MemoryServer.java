package strata.benchmarks;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.network.Association;
import strata.network.AssociationInfo;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DataBuffer;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.PendingStore;
import strata.network.RequestOptions;
import strata.network.RetrieveOutcome;
import strata.network.RetrieveRequest;
import strata.network.RetrieveResponder;
import strata.network.RetrieveService;
import strata.network.ServerOptions;
import strata.network.StoreCommand;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers C-GET and C-MOVE from memory: {@code MemoryServer DIRECTORY PORT DESTINATION_PORT}. The
 * files of the directory are read once, and go out through the network code of the appliance with
 * nothing read, checked or looked up; so it shows what a client can take. It sends all of them,
 * whatever is asked for, and knows one destination, {@code MOVESCU} on this machine.
 */
public final class MemoryServer implements RetrieveService {
    private static final AeTitle OWN = new AeTitle("MEMORY");
    private static final AeTitle DESTINATION = new AeTitle("MOVESCU");

    /** One object as it is sent. */
    private record Prepared(StoreCommand command, ByteBuffer dataSet) {
        DataSource source() {
            ByteBuffer left = dataSet.duplicate();
            DataSource pieces = DataSource.of(left);
            return new DataSource() {
                @Override
                public long lengthBytes() {
                    return dataSet.remaining();
                }

                @Override
                public int read(ByteBuffer to) throws IOException {
                    return pieces.read(to);
                }

                /** All that is left, where it lies. */
                @Override
                public DataBuffer next(int mostBytes) {
                    if (!left.hasRemaining()) {
                        return null;
                    }
                    DataBuffer rest = DataBuffer.over(left.slice());
                    left.position(left.limit());
                    return rest;
                }
            };
        }
    }

    /** The way to the receiver. */
    private interface Sender {
        PendingStore send(StoreCommand command, DataSource source) throws IOException;
    }

    private final List<Prepared> objects;
    private final DimseClient client = DimseClient.start(Metrics.none());
    private final int destinationPort;

    private MemoryServer(List<Prepared> objects, int destinationPort) {
        this.objects = objects;
        this.destinationPort = destinationPort;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: MemoryServer DIRECTORY PORT DESTINATION_PORT");
            System.exit(2);
        }
        List<Prepared> objects = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of(arguments[0]))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                objects.add(prepare(file));
            }
        }
        MemoryServer service = new MemoryServer(objects, Integer.parseInt(arguments[2]));
        DimseServer.start(
                ServerOptions.of(OWN, "127.0.0.1", Integer.parseInt(arguments[1])),
                AssociationPolicy.calledAs(
                        OWN,
                        ContextPolicy.firstAcceptable(sopClass -> Optional.of(syntax -> true))),
                DimseServices.NONE.withRetrieve(service),
                Metrics.none(),
                Audit.none());
        System.out.println("ready aet=" + OWN + " dicom=127.0.0.1:" + arguments[1]);
        Thread.currentThread().join();
    }

    private static Prepared prepare(Path file) throws IOException {
        Part10.Content content = Part10.read(file);
        Uid sopClass = content.dataSet().uid(Tag.SOPClassUID).orElseThrow();
        Uid instance = content.dataSet().uid(Tag.SOPInstanceUID).orElseThrow();
        int offset = content.header().dataSetOffset();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer dataSet = ByteBuffer.allocateDirect((int) channel.size() - offset);
            while (dataSet.hasRemaining()
                    && channel.read(dataSet, offset + (long) dataSet.position()) >= 0) {
                // Reads until the data set is whole.
            }
            return new Prepared(
                    StoreCommand.of(
                            sopClass, instance, content.header().syntax().uid()),
                    dataSet.flip());
        }
    }

    @Override
    public RetrieveOutcome retrieve(
            AssociationInfo association, RetrieveRequest request, RetrieveResponder responder)
            throws IOException {
        if (request.kind() == RetrieveRequest.Kind.GET) {
            return sendAll(responder::sendInstance);
        }
        RequestOptions options = RequestOptions.of("127.0.0.1", destinationPort, OWN, DESTINATION)
                .withWindow(8, 1);
        for (Prepared each : kinds()) {
            options = options.propose(
                    each.command().sopClass(), List.of(each.command().transferSyntax()));
        }
        try (Association destination = client.open(options)) {
            RetrieveOutcome outcome = sendAll(destination::storeLater);
            destination.release();
            return outcome;
        }
    }

    /** One object for each presentation context that is needed. */
    private Collection<Prepared> kinds() {
        Map<List<Uid>, Prepared> kinds = new LinkedHashMap<>();
        objects.forEach(each -> kinds.putIfAbsent(
                List.of(each.command().sopClass(), each.command().transferSyntax()), each));
        return kinds.values();
    }

    private RetrieveOutcome sendAll(Sender sender) throws IOException {
        List<PendingStore> answers = new ArrayList<>();
        for (Prepared each : objects) {
            answers.add(sender.send(each.command(), each.source()));
        }
        int done = 0;
        for (PendingStore answer : answers) {
            done += answer.await().isDone() ? 1 : 0;
        }
        int failed = objects.size() - done;
        return new RetrieveOutcome(
                failed == 0 ? Status.SUCCESS : Status.SUBOPERATIONS_WITH_FAILURES,
                new SubOperations(0, done, failed, 0),
                List.of());
    }
}
