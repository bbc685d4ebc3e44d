package strata.server.fuzz;

import java.util.List;

/** A reader that fails at one input in 2^32, which is reached a comparison at a time. */
final class CanaryFuzz {
    private CanaryFuzz() {}

    static List<byte[]> seeds() {
        return List.of(new byte[] {'o', 'n', 'c', 'e'});
    }

    static void run(byte[] input) {
        if (input.length > 3 && input[0] == 'b' && input[1] == 'i') {
            if (input[2] == 'r' && input[3] == 'd') {
                throw new IllegalStateException("the canary is dead");
            }
        }
    }
}
