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
}
