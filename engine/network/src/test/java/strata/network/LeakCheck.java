package strata.network;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Follows every buffer while a test class runs, and fails it when one was not released. */
final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final int ROUNDS = 5;

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private ResourceLeakDetector.Level before;

    private static Logger detector() {
        return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        said.start();
        detector().addAppender(said);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        // The detector looks for lost buffers when it tracks a new one.
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(16);
            probe.release();
        }
        detector().detachAppender(said);
        ResourceLeakDetector.setLevel(before);
        List<String> leaks =
                said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaks, the first: " + leaks.get(0));
        }
    }
}
