package strata.replication;

import strata.base.Metrics;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what one sender did, for its status and for the metrics. */
final class SenderProgress {
    private final String site;
    private final Metrics.Counter objects;
    private final Metrics.Counter bytes;
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong present = new AtomicLong();
    private final AtomicLong decided = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong durable = new AtomicLong();
    private final AtomicLong verified = new AtomicLong();
    private final AtomicLong verifiedBytes = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    SenderProgress(String site, Metrics metrics) {
        this.site = site;
        this.objects = metrics.counter(
                "strata_replication_objects_total",
                "Objects, and decisions on them, that reached a state on their way to a site",
                "site",
                "state");
        this.bytes = metrics.counter(
                "strata_replication_bytes_total",
                "Bytes of objects that were sent to a site, and verified there",
                "site",
                "state");
    }

    void offered() {
        offered.incrementAndGet();
        objects.increment(site, "offered");
    }

    void present() {
        present.incrementAndGet();
        objects.increment(site, "present");
    }

    void decided() {
        decided.incrementAndGet();
        objects.increment(site, "decision");
    }

    void sentBytes(long count) {
        sentBytes.addAndGet(count);
        bytes.add(count, site, "sent");
    }

    void sent() {
        sent.incrementAndGet();
        objects.increment(site, "sent");
    }

    void received() {
        received.incrementAndGet();
        objects.increment(site, "received");
    }

    void durable() {
        durable.incrementAndGet();
        objects.increment(site, "durable");
    }

    void verified(long lengthBytes) {
        verified.incrementAndGet();
        verifiedBytes.addAndGet(lengthBytes);
        objects.increment(site, "verified");
        bytes.add(lengthBytes, site, "verified");
    }

    void failed() {
        failed.incrementAndGet();
        objects.increment(site, "failed");
    }

    SenderStatus.Progress snapshot() {
        return new SenderStatus.Progress(
                offered.get(),
                present.get(),
                sent.get(),
                sentBytes.get(),
                received.get(),
                durable.get(),
                verified.get(),
                verifiedBytes.get(),
                failed.get(),
                decided.get());
    }
}
