package strata.network;

/** No transport connection could be opened. */
public final class ConnectionFailedException extends AssociationException {
    ConnectionFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
