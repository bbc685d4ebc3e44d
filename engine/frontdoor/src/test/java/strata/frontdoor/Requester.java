package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.AssociationInfo;
import strata.network.DataBuffer;
import strata.network.DataSource;
import strata.network.PendingStore;
import strata.network.RetrieveRequest;
import strata.network.RetrieveResponder;
import strata.network.StoreCommand;
import strata.network.dimse.Priority;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.network.pdu.AsyncWindow;
import strata.network.pdu.UserInformation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A peer that asks to retrieve; it takes what C-GET sends and answers as it is told. */
final class Requester implements RetrieveResponder {
    static final AeTitle OWN = new AeTitle("STRATA");
    static final AeTitle CALLING = new AeTitle("PEER");
    static final AeTitle DESTINATION = new AeTitle("VIEWER");
    static final Uid STUDY_GET = new Uid("1.2.840.10008.5.1.4.1.2.2.3");
    static final Uid STUDY_MOVE = new Uid("1.2.840.10008.5.1.4.1.2.2.2");
    static final Uid EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();
    static final Uid IMPLICIT = TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid();

    /** What arrived, by instance, in the order of arrival. */
    final Map<Uid, byte[]> received = new LinkedHashMap<>();

    final Map<Uid, StoreCommand> commands = new HashMap<>();
    final List<SubOperations> pending = new CopyOnWriteArrayList<>();
    final Map<Uid, Status> answers = new HashMap<>();
    List<Uid> accepted = List.of(EXPLICIT);
    BooleanSupplier cancels = () -> false;
    IOException gone;

    static AssociationInfo association() {
        UserInformation user = UserInformation.of(
                131072, Part10.IMPLEMENTATION_CLASS_UID, Part10.IMPLEMENTATION_VERSION_NAME);
        return new AssociationInfo(
                1,
                CALLING,
                OWN,
                new InetSocketAddress("127.0.0.1", 104),
                List.of(),
                AsyncWindow.SYNCHRONOUS,
                user,
                user,
                131072);
    }

    static DataSet study(Uid study) {
        return new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putUid(Tag.StudyInstanceUID, study);
    }

    static RetrieveRequest get(DataSet identifier) {
        return get(STUDY_GET, identifier);
    }

    static RetrieveRequest get(Uid sopClass, DataSet identifier) {
        return new RetrieveRequest(
                RetrieveRequest.Kind.GET,
                sopClass,
                EXPLICIT,
                identifier,
                Priority.MEDIUM,
                7,
                Optional.empty());
    }

    static RetrieveRequest move(DataSet identifier, AeTitle destination) {
        return new RetrieveRequest(
                RetrieveRequest.Kind.MOVE,
                STUDY_MOVE,
                EXPLICIT,
                identifier,
                Priority.MEDIUM,
                7,
                Optional.of(destination));
    }

    @Override
    public void pending(SubOperations counts) {
        pending.add(counts);
    }

    @Override
    public boolean cancelled() {
        return cancels.getAsBoolean();
    }

    @Override
    public List<Uid> transferSyntaxes(Uid sopClass) {
        return accepted;
    }

    @Override
    public PendingStore sendInstance(StoreCommand command, DataSource source) throws IOException {
        if (gone != null) {
            throw gone;
        }
        received.put(command.sopInstance(), drain(source));
        commands.put(command.sopInstance(), command);
        return PendingStore.answered(answers.getOrDefault(command.sopInstance(), Status.SUCCESS));
    }

    /** All of a source, as it is taken when it is sent. */
    static byte[] drain(DataSource source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < source.lengthBytes()) {
            try (DataBuffer part = source.next(64 << 10)) {
                byte[] bytes = new byte[part.lengthBytes()];
                part.data().get(bytes);
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }
}
