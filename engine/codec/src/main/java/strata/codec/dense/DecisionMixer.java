package strata.codec.dense;

import java.util.Arrays;

/**
 * Codes a decision whose probability is told by four counters, one of each of four contexts. They
 * are mixed in the logistic domain with weights that follow their success, one set for each kind of
 * decision.
 */
final class DecisionMixer {
    static final int INPUTS = 4;

    private static final int FIRST_WEIGHT = 65536 * 3 / 10;
    private static final int LEARNING_SHIFT = 14;
    private static final int ROUND = 1 << (LEARNING_SHIFT - 1);

    private final int[] first;
    private final int[] second;
    private final int[] third;
    private final int[] fourth;
    private final int[] weights;

    private final int mostKinds;

    /** @param kinds of decisions, the most there are; each context has as many counters */
    DecisionMixer(int kinds, int first, int second, int third, int fourth) {
        mostKinds = kinds;
        this.first = new int[first * kinds];
        this.second = new int[second * kinds];
        this.third = new int[third * kinds];
        this.fourth = new int[fourth * kinds];
        this.weights = new int[kinds * INPUTS];
    }

    /** @param beliefs the counter that each kind there is begins with, in every context */
    void reset(int[] beliefs) {
        fill(first, beliefs);
        fill(second, beliefs);
        fill(third, beliefs);
        fill(fourth, beliefs);
        Arrays.fill(weights, FIRST_WEIGHT);
    }

    private void fill(int[] counters, int[] beliefs) {
        int length = counters.length / mostKinds * beliefs.length;
        System.arraycopy(beliefs, 0, counters, 0, beliefs.length);
        for (int done = beliefs.length; done < length; done *= 2) {
            System.arraycopy(counters, 0, counters, done, Math.min(done, length - done));
        }
    }

    /**
     * @param kind of the decision, below the number of beliefs
     * @param c1 to {@code c4} the contexts by number, times the number of beliefs
     * @param bit ignored when decoding
     * @return the bit
     */
    int code(BitCoder coder, int kind, int c1, int c2, int c3, int c4, int bit) {
        int v1 = first[c1 + kind];
        int v2 = second[c2 + kind];
        int v3 = third[c3 + kind];
        int v4 = fourth[c4 + kind];
        int s1 = Logistic.stretch(v1 >>> 20);
        int s2 = Logistic.stretch(v2 >>> 20);
        int s3 = Logistic.stretch(v3 >>> 20);
        int s4 = Logistic.stretch(v4 >>> 20);
        int w = kind * INPUTS;
        long dot = (long) s1 * weights[w] + (long) s2 * weights[w + 1];
        dot += (long) s3 * weights[w + 2] + (long) s4 * weights[w + 3];
        int probability = Logistic.squash((int) (dot >> 16));
        int coded = coder.bit(probability, bit);
        int error = (coded << 16) - probability;
        weights[w] += s1 * error + ROUND >> LEARNING_SHIFT;
        weights[w + 1] += s2 * error + ROUND >> LEARNING_SHIFT;
        weights[w + 2] += s3 * error + ROUND >> LEARNING_SHIFT;
        weights[w + 3] += s4 * error + ROUND >> LEARNING_SHIFT;
        first[c1 + kind] = Counters.after(v1, coded);
        second[c2 + kind] = Counters.after(v2, coded);
        third[c3 + kind] = Counters.after(v3, coded);
        fourth[c4 + kind] = Counters.after(v4, coded);
        return coded;
    }
}
