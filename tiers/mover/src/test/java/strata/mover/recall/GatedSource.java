package strata.mover.recall;

import strata.catalog.Location;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.ObjectSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A tier that notes what is opened, and waits or fails when it is told to. */
final class GatedSource implements ObjectSource {
    /** What an opening ends with. */
    interface Fault {
        void at(VersionEntry version) throws IOException;
    }

    private final ObjectSource tier;
    private final List<String> opened = new ArrayList<>();
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore permits = new Semaphore(0);
    private volatile boolean gated;
    private volatile Fault fault = version -> {};

    GatedSource(ObjectSource tier) {
        this.tier = tier;
    }

    void fault(Fault next) {
        fault = next;
    }

    void close(boolean now) {
        gated = now;
        if (!now) {
            permits.release(1_000_000);
        }
    }

    /** Waits until somebody stands at the gate. */
    void awaitArrival() throws InterruptedException {
        if (!arrived.tryAcquire(60, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody opens anything");
        }
    }

    /** Lets one through. */
    void letOne() {
        permits.release();
    }

    List<String> opened() {
        synchronized (opened) {
            return List.copyOf(opened);
        }
    }

    @Override
    public String holder() {
        return tier.holder();
    }

    @Override
    public ObjectReader open(VersionEntry version, Location location) throws IOException {
        synchronized (opened) {
            opened.add(version.key().instance().value());
        }
        if (gated) {
            arrived.release();
            permits.acquireUninterruptibly();
        }
        fault.at(version);
        return tier.open(version, location);
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        tier.forEach(visitor);
    }
}
