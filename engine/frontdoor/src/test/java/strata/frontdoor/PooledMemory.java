package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * How many buffers of the pool are out, of those that no thread keeps for itself (28 KB and up).
 */
public final class PooledMemory {
    private final long before = out();

    private static long out() {
        return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveNormalAllocations)
                .sum();
    }

    public void assertGivenBack() {
        assertEquals(before, out(), "pooled buffers that are out");
    }
}
