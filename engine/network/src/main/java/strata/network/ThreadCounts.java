package strata.network;

/**
 * Threads of one server or client.
 *
 * @param eventLoops read and write sockets and find PDUs; never block
 * @param workers take received fragments to the services; may block on the disk
 * @param operations run queries, retrieves and completions of pipelined stores; block at will.
 *     Workers and operations are made when needed
 */
public record ThreadCounts(int eventLoops, int workers, int operations) {
    public static final ThreadCounts SERVER =
            new ThreadCounts(Runtime.getRuntime().availableProcessors(), 32, 64);

    public static final ThreadCounts CLIENT = new ThreadCounts(1, 16, 16);

    public ThreadCounts {
        if (eventLoops < 1 || workers < 1 || operations < 1) {
            throw new IllegalArgumentException("at least one thread of each kind");
        }
    }
}
