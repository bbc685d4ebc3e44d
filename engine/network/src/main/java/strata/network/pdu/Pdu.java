package strata.network.pdu;

/**
 * The PDUs that are handled whole, PS3.8 9.3. P-DATA-TF is not among them: its fragments are passed
 * on as they arrive, see {@link PduFramer}.
 */
public sealed interface Pdu
        permits AssociateRq, AssociateAc, AssociateRj, ReleaseRq, ReleaseRp, Abort {
    int TYPE_ASSOCIATE_RQ = 1;
    int TYPE_ASSOCIATE_AC = 2;
    int TYPE_ASSOCIATE_RJ = 3;
    int TYPE_P_DATA_TF = 4;
    int TYPE_RELEASE_RQ = 5;
    int TYPE_RELEASE_RP = 6;
    int TYPE_ABORT = 7;
}
