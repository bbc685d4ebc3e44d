package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.replication.ReplicationException.Kind;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Sends every new object of this site to one other site, from {@link #start()} until
 * {@link #close()}, over as many connections in turn as it takes. Thread-safe; its own thread does
 * the work.
 */
public final class SiteSender implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteSender.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Records looked at in a second without a connection. */
    private static final int LOOKS = 20_000;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(4);

    private final SiteAddress site;
    private final SiteName self;
    private final ReplicationNetwork network;
    private final SenderDesk desk;
    private final ReconnectPause pause;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean restartWanted;
    private volatile SenderStatus.State state = SenderStatus.State.STOPPED;
    private volatile String trouble;
    private volatile SenderSession session;
    private volatile FrameChannel channel;
    private volatile Instant lastLook;

    /**
     * @param log what is sent
     * @param ledger what was sent, kept over restarts
     * @param random for the jitter of pauses
     */
    public SiteSender(
            SiteAddress site,
            SiteName self,
            LogSource log,
            ReplicaLedger ledger,
            ReplicationNetwork network,
            SenderOptions options,
            Clock clock,
            SplittableRandom random,
            Metrics metrics)
            throws IOException {
        this.site = site;
        this.self = self;
        this.network = network;
        SenderProgress progress = new SenderProgress(site.name(), metrics);
        this.desk = new SenderDesk(log, ledger, options, progress, clock, System::nanoTime);
        this.pause = new ReconnectPause(options.firstPause(), options.longestPause(), random);
        this.thread = new Thread(this::run, "replication-" + site.name());
        this.thread.setDaemon(true);
        this.lastLook = clock.instant();
        gauges(metrics);
    }

    /** A sender of a store's log to one site. */
    public static SiteSender of(
            Store store,
            SiteAddress site,
            SiteName self,
            ReplicationChoice choice,
            ReplicationNetwork network,
            SenderOptions options,
            Clock clock,
            Metrics metrics)
            throws IOException {
        return new SiteSender(
                site,
                self,
                new StoreLog(store),
                new CatalogLedger(store, site.name(), choice),
                network,
                options,
                clock,
                new SplittableRandom(),
                metrics);
    }

    private void gauges(Metrics metrics) {
        metrics.gauge(
                "strata_replication_recovery_point_seconds",
                "Age of the oldest object not yet verified at the site",
                "site",
                site.name(),
                () -> recoveryPoint().toMillis() / 1000.0);
        metrics.gauge(
                "strata_replication_backlog_bytes",
                "Bytes of the log not yet settled at the site",
                "site",
                site.name(),
                () -> desk.tail.backlog().bytes());
        metrics.gauge(
                "strata_replication_backlog_records",
                "Records of the log not yet settled at the site",
                "site",
                site.name(),
                () -> desk.tail.backlog().records());
        metrics.gauge(
                "strata_replication_parked_objects",
                "Objects that failed too often for the site",
                "site",
                site.name(),
                () -> desk.book.parked().size());
        metrics.gauge(
                "strata_replication_connected_sites",
                "1 while there is a connection to the site",
                "site",
                site.name(),
                () -> state == SenderStatus.State.CONNECTED ? 1 : 0);
    }

    /** Begins to work; may be called once. */
    public void start() {
        state = SenderStatus.State.CONNECTING;
        thread.start();
    }

    /** Offers objects again that the site was thought to have; unless it has them after all. */
    public void offerAgain(List<ObjectId> objects) throws IOException {
        desk.ledger.doubt(objects);
        desk.again.addAll(objects);
        logGrew();
        desk.signal.raise();
    }

    /** Offers everything again, for instance since more is chosen for the site than before. */
    public void restart() {
        restartWanted = true;
        FrameChannel current = channel;
        if (current != null) {
            current.close();
        }
        desk.signal.raise();
    }

    private void run() {
        Closeable listening = desk.log.onDurable(this::logGrew);
        try {
            while (!closing) {
                connectAndSend();
            }
        } catch (InterruptedException e) {
            LOG.info("site {}: sender interrupted", site.name());
        } finally {
            state = SenderStatus.State.STOPPED;
            stopListening(listening);
        }
    }

    private void stopListening(Closeable listening) {
        try {
            listening.close();
        } catch (IOException e) {
            LOG.warn("site {}: {}", site.name(), e.getMessage());
        }
    }

    private void connectAndSend() throws InterruptedException {
        long verifiedBefore = settledSoFar();
        try {
            exchange();
        } catch (ReplicationException e) {
            report(e.kind() == Kind.REFUSED, e);
        } catch (IOException | RuntimeException e) {
            // A defect of ours must not end replication for good: it is logged with its trace.
            LOG.error("site {}: replication interrupted", site.name(), e);
            report(false, e);
        } finally {
            session = null;
            channel = null;
            desk.tail.rewind();
        }
        if (settledSoFar() > verifiedBefore) {
            pause.reset();
        }
        rest();
    }

    private long settledSoFar() {
        SenderStatus.Progress progress = desk.progress.snapshot();
        return progress.verified() + progress.present();
    }

    private void report(boolean refused, Exception e) {
        state = refused ? SenderStatus.State.REFUSED : SenderStatus.State.WAITING;
        String message = String.valueOf(e.getMessage());
        if (!closing && !restartWanted && !message.equals(trouble)) {
            LOG.warn("site {} at {}: {}", site.name(), site, message);
        }
        trouble = message;
    }

    private void exchange() throws IOException, InterruptedException {
        state = SenderStatus.State.CONNECTING;
        if (restartWanted) {
            restartWanted = false;
            desk.restart();
        }
        try (FrameChannel connected =
                network.connect(site, desk.options.connectLimit(), () -> closing)) {
            channel = connected;
            Frame.Welcome welcome = Handshake.greet(
                    connected, self, Frame.Purpose.SEND, desk.options.connectLimit());
            recognise(welcome.site());
            try (SenderSession current = new SenderSession(site.name(), desk, connected, welcome)) {
                session = current;
                state = SenderStatus.State.CONNECTED;
                trouble = null;
                LOG.info("site {}: connected to {} at {}", site.name(), welcome.site(), site);
                current.run(() -> closing || restartWanted);
            }
        }
    }

    /** Copies at a site count only while the same installation answers under its name. */
    private void recognise(SiteId answered) throws IOException {
        Optional<SiteId> known = desk.ledger.identity();
        if (known.isEmpty()) {
            desk.ledger.identify(answered);
        } else if (!known.get().equals(answered)) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    "another installation answers as site " + site.name() + ": it was "
                            + known.get() + ", now it is " + answered
                            + "; if it was replaced, rebuild the index, so that its copies are"
                            + " no longer counted");
        }
    }

    /** Waits until the next attempt; meanwhile looks at the log, so that the lag is known. */
    private void rest() throws InterruptedException {
        long end = System.nanoTime() + pause.next().toNanos();
        while (!closing && !restartWanted) {
            look();
            long left = end - System.nanoTime();
            if (left <= 0) {
                return;
            }
            desk.signal.await(Math.min(left, LOOK.toNanos()));
        }
    }

    private void look() {
        try {
            desk.passWhatIsNotDue(LOOKS);
            lastLook = desk.clock.instant();
        } catch (IOException e) {
            LOG.warn("site {}: the log cannot be read: {}", site.name(), e.getMessage());
        }
    }

    private void logGrew() {
        SenderSession current = session;
        if (current != null) {
            current.logGrew();
            desk.signal.raise();
        }
    }

    private Optional<Instant> readAhead() {
        try {
            desk.tail.peek();
        } catch (IOException e) {
            LOG.warn("site {}: the log cannot be read: {}", site.name(), e.getMessage());
        }
        return desk.tail.oldest();
    }

    /** Age of the oldest object that is not verified at the site; zero when all are. */
    public Duration recoveryPoint() {
        Instant now = desk.clock.instant();
        Optional<Instant> oldest = Stream.of(
                        desk.book.parked().stream().map(ParkedObject::appendedAt),
                        desk.tail.oldest().stream(),
                        desk.oldestSwept().stream())
                .flatMap(each -> each)
                .min(Comparator.naturalOrder());
        if (oldest.isEmpty() && desk.tail.backlog().records() > 0) {
            oldest = readAhead().or(() -> Optional.of(lastLook));
        }
        Duration age = oldest.map(at -> Duration.between(at, now)).orElse(Duration.ZERO);
        return age.isNegative() ? Duration.ZERO : age;
    }

    public SenderStatus status() {
        LogTail.Backlog backlog = desk.tail.backlog();
        SenderSession current = session;
        return new SenderStatus(
                site.name(),
                state,
                backlog.records(),
                backlog.bytes(),
                current == null ? 0 : current.inFlightObjects(),
                current == null ? 0 : current.inFlightBytes(),
                recoveryPoint(),
                desk.progress.snapshot(),
                desk.book.parked(),
                desk.sweeping() || !desk.again.isEmpty(),
                Optional.ofNullable(trouble));
    }

    /** Stops and saves how far it came. Objects on their way are sent again after a restart. */
    @Override
    public void close() {
        closing = true;
        FrameChannel current = channel;
        if (current != null) {
            current.close();
        }
        desk.signal.raise();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
