package strata.network;

import java.util.Optional;

/** What a server does beside C-ECHO; requests for an absent service get 0122H. */
public record DimseServices(
        Optional<StoreService> store,
        Optional<FindService> find,
        Optional<RetrieveService> retrieve) {
    public static final DimseServices NONE =
            new DimseServices(Optional.empty(), Optional.empty(), Optional.empty());

    public static DimseServices of(StoreService store, FindService find, RetrieveService retrieve) {
        return new DimseServices(Optional.of(store), Optional.of(find), Optional.of(retrieve));
    }

    public DimseServices withStore(StoreService service) {
        return new DimseServices(Optional.of(service), find, retrieve);
    }

    public DimseServices withFind(FindService service) {
        return new DimseServices(store, Optional.of(service), retrieve);
    }

    public DimseServices withRetrieve(RetrieveService service) {
        return new DimseServices(store, find, Optional.of(service));
    }
}
