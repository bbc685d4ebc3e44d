package strata.base;

/**
 * A request, configuration or environment that the operator has to change; the message says what
 * and where.
 */
public final class OperatorException extends StrataException {
    public OperatorException(String message) {
        super(Fault.OPERATOR, message, null);
    }

    public OperatorException(String message, Throwable cause) {
        super(Fault.OPERATOR, message, cause);
    }

    /**
     * An address on which a door cannot listen.
     *
     * @param door what would be spoken there
     * @param cause what the operating system said, in the words of whatever asked it
     */
    public static OperatorException cannotListen(
            String door, String host, int port, Throwable cause) {
        return new OperatorException(
                "cannot listen for " + door + " on " + host + ":" + port + ": " + why(cause),
                cause);
    }

    private static String why(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (said.contains("Address already in use")) {
            return "another program has this port";
        }
        if (said.contains("Cannot assign requested address")) {
            return "this machine has no such address";
        }
        if (said.contains("Permission denied")) {
            return "ports below 1024 are not for this account without CAP_NET_BIND_SERVICE";
        }
        return cause.getMessage() == null ? cause.toString() : said;
    }
}
