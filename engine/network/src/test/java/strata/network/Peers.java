package strata.network;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.util.List;
import java.util.Optional;

/** Names, options and objects that the tests of this package share. */
final class Peers {
    static final AeTitle SERVER = new AeTitle("STRATA");
    static final AeTitle CLIENT = new AeTitle("TESTER");
    static final Uid VERIFICATION = new Uid("1.2.840.10008.1.1");
    static final Uid CT = new Uid("1.2.840.10008.5.1.4.1.1.2");
    static final Uid MR = new Uid("1.2.840.10008.5.1.4.1.1.4");
    static final Uid STUDY_FIND = new Uid("1.2.840.10008.5.1.4.1.2.2.1");
    static final Uid STUDY_MOVE = new Uid("1.2.840.10008.5.1.4.1.2.2.2");
    static final Uid STUDY_GET = new Uid("1.2.840.10008.5.1.4.1.2.2.3");
    static final Uid IMPLICIT = TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid();
    static final Uid EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();

    private Peers() {}

    static ContextPolicy anything() {
        return ContextPolicy.firstAcceptable(abstractSyntax -> Optional.of(syntax -> true));
    }

    static ServerOptions serverOptions() {
        return ServerOptions.of(SERVER, "127.0.0.1", 0).withThreads(new ThreadCounts(2, 8, 16));
    }

    static DimseServer server(DimseServices services) throws OperatorException {
        return server(serverOptions(), services);
    }

    static DimseServer server(ServerOptions options, DimseServices services)
            throws OperatorException {
        return DimseServer.start(
                options,
                AssociationPolicy.calledAs(SERVER, anything()),
                services,
                Metrics.none(),
                Audit.none());
    }

    static RequestOptions to(DimseServer server) {
        return RequestOptions.of("127.0.0.1", server.port(), CLIENT, SERVER);
    }

    /** With contexts for everything that the tests do. */
    static RequestOptions everything(DimseServer server) {
        return to(server)
                .propose(VERIFICATION, List.of(IMPLICIT))
                .propose(CT, List.of(EXPLICIT))
                .propose(MR, List.of(IMPLICIT))
                .propose(STUDY_FIND, List.of(EXPLICIT))
                .propose(STUDY_MOVE, List.of(EXPLICIT))
                .propose(STUDY_GET, List.of(EXPLICIT));
    }

    static Uid instance(int number) {
        return new Uid("2.25.1000." + number);
    }

    /** A CT data set in explicit little endian with so many bytes of pixels. */
    static byte[] object(int number, int pixelBytes) {
        byte[] pixels = new byte[pixelBytes];
        for (int i = 0; i < pixelBytes; i++) {
            pixels[i] = (byte) (i * 31 + number);
        }
        DataSet dataSet = new DataSet()
                .putUid(Tag.SOPClassUID, CT)
                .putUid(Tag.SOPInstanceUID, instance(number))
                .putString(Tag.PatientID, Vr.LO, "P" + number)
                .putUid(Tag.StudyInstanceUID, new Uid("2.25.7"))
                .putUid(Tag.SeriesInstanceUID, new Uid("2.25.8"))
                .putBytes(Tag.PixelData, Vr.OW, pixels);
        return DataSetWriter.toBytes(dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
    }
}
