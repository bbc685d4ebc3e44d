package strata.network.pdu;

/**
 * Asynchronous operations window, PS3.7 D.3.3.3, from the association requestor's view.
 *
 * @param invoked operations that the requestor may have outstanding, 0 for no limit
 * @param performed operations that the acceptor may have outstanding, 0 for no limit
 */
public record AsyncWindow(int invoked, int performed) {
    public static final AsyncWindow SYNCHRONOUS = new AsyncWindow(1, 1);

    public AsyncWindow {
        if (invoked < 0 || invoked > 0xffff || performed < 0 || performed > 0xffff) {
            throw new IllegalArgumentException("window " + invoked + "/" + performed);
        }
    }

    /** The smaller of two window sizes where 0 means no limit. */
    public static int smaller(int one, int other) {
        if (one == 0 || other == 0) {
            return Math.max(one, other);
        }
        return Math.min(one, other);
    }
}
