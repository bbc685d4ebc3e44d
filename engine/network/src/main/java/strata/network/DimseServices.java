package strata.network;

import java.util.Optional;

/**
 * What a server does beside C-ECHO; requests for an absent service get 0122H, those of DIMSE-N
 * 0211H.
 */
public record DimseServices(
        Optional<StoreService> store,
        Optional<FindService> find,
        Optional<RetrieveService> retrieve,
        Optional<NormalizedService> normalized) {
    public static final DimseServices NONE = new DimseServices(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public static DimseServices of(StoreService store, FindService find, RetrieveService retrieve) {
        return new DimseServices(
                Optional.of(store), Optional.of(find), Optional.of(retrieve), Optional.empty());
    }

    public DimseServices withStore(StoreService service) {
        return new DimseServices(Optional.of(service), find, retrieve, normalized);
    }

    public DimseServices withFind(FindService service) {
        return new DimseServices(store, Optional.of(service), retrieve, normalized);
    }

    public DimseServices withRetrieve(RetrieveService service) {
        return new DimseServices(store, find, Optional.of(service), normalized);
    }

    public DimseServices withNormalized(NormalizedService service) {
        return new DimseServices(store, find, retrieve, Optional.of(service));
    }
}
