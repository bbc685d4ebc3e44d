package strata.frontdoor.availability;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.dicom.DataSet;
import strata.dicom.TransferSyntax;
import strata.frontdoor.Destination;
import strata.frontdoor.ServedClasses;
import strata.network.Association;
import strata.network.AssociationException;
import strata.network.DimseClient;
import strata.network.NormalizedRequest;
import strata.network.RequestOptions;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Notifies application entities of what became of studies. One thread, so that a slow one delays
 * the others by its timeouts at most, and never who changes the catalog. Thread-safe.
 */
public final class AvailabilityNotifier implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AvailabilityNotifier.class);
    private static final long TICK_MILLIS = 1000;
    private static final long END_SECONDS = 5;
    private static final int UUID_HALF_BITS = 64;

    private final Catalog catalog;
    private final AeTitle own;
    private final DimseClient client;
    private final NotificationOptions options;
    private final WaitingFile file;
    private final WaitingStudies before;
    private final Metrics.Counter notifications;
    private final ScheduledExecutorService thread;
    private volatile List<Subscriber> subscribers = List.of();
    private volatile boolean closing;
    private long saved;

    private AvailabilityNotifier(
            Catalog catalog,
            AeTitle own,
            DimseClient client,
            NotificationOptions options,
            WaitingFile file,
            Metrics metrics)
            throws IOException {
        this.file = file;
        this.before = file.read();
        this.catalog = catalog;
        this.own = own;
        this.client = client;
        this.options = options;
        notifications = metrics.counter(
                        "strata_notification_studies_total",
                        "Instance availability notifications of a study to one application entity",
                        "result")
                .known("dropped");
        metrics.gauge(
                "strata_notification_waiting_studies",
                "Studies whose availability is still to be notified, over all application entities",
                () -> subscribers.stream().mapToInt(Subscriber::size).sum());
        thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "availability");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Listens to the catalog from now on; what waited at the last stop goes on waiting.
     *
     * @param file where that is kept
     */
    public static AvailabilityNotifier start(
            Catalog catalog,
            AeTitle own,
            DimseClient client,
            Collection<Destination> notified,
            NotificationOptions options,
            WaitingFile file,
            Metrics metrics)
            throws IOException {
        AvailabilityNotifier notifier =
                new AvailabilityNotifier(catalog, own, client, options, file, metrics);
        notifier.replace(notified);
        notifier.restore();
        catalog.availabilityChanges().listen(notifier::changed);
        notifier.thread.scheduleWithFixedDelay(
                notifier::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return notifier;
    }

    /** Who is notified from now on; what waits for one who stays goes on waiting. */
    public synchronized void replace(Collection<Destination> notified) {
        List<Subscriber> before = subscribers;
        subscribers = notified.stream()
                .map(to -> before.stream()
                        .filter(each -> each.destination().equals(to))
                        .findFirst()
                        .orElseGet(() -> new Subscriber(to, options)))
                .toList();
    }

    private void restore() {
        for (Subscriber subscriber : subscribers) {
            Map<Uid, Instant> studies =
                    before.byTitle().get(subscriber.destination().aeTitle());
            if (studies != null) {
                subscriber.restore(studies, System.nanoTime(), file.now());
            }
        }
    }

    private void tick() {
        sendDue();
        save();
    }

    /** Writes what waits, if that is not what is written; by one thread at a time. */
    private void save() {
        List<Subscriber> all = subscribers;
        long now = all.stream().mapToLong(Subscriber::revision).sum() + 31L * all.size();
        if (now == saved) {
            return;
        }
        Map<AeTitle, Map<Uid, Instant>> byTitle = new LinkedHashMap<>();
        all.forEach(each -> byTitle.put(
                each.destination().aeTitle(), each.snapshot(System.nanoTime(), file.now())));
        try {
            file.write(new WaitingStudies(byTitle));
            saved = now;
        } catch (IOException e) {
            LOG.warn("what is to be notified is not kept over a stop: {}", e.getMessage());
        }
    }

    /** By whoever changed the catalog: leaves the UIDs, and nothing else. */
    void changed(Set<Uid> studies) {
        long now = System.nanoTime();
        for (Subscriber subscriber : subscribers) {
            for (Uid study : studies) {
                if (!subscriber.changed(study, now)) {
                    notifications.increment("dropped");
                }
            }
        }
    }

    /** Sends what is due; a failure waits for its time. */
    void sendDue() {
        for (Subscriber subscriber : subscribers) {
            try {
                Optional<Subscriber.Due> due = subscriber.takeDue(System.nanoTime());
                while (due.isPresent() && !closing) {
                    send(subscriber, due.get());
                    due = subscriber.takeDue(System.nanoTime());
                }
            } catch (RuntimeException e) {
                LOG.error("notifying {} failed", subscriber.destination().aeTitle(), e);
            }
        }
    }

    private void send(Subscriber subscriber, Subscriber.Due due) {
        try {
            send(subscriber.destination(), due.study());
            subscriber.succeeded();
            notifications.increment("sent");
        } catch (IOException e) {
            boolean kept = subscriber.failed(due, System.nanoTime());
            notifications.increment(kept ? "failed" : "dropped");
            LOG.info(
                    "{} was not notified of study {}: {}",
                    subscriber.destination().aeTitle(),
                    due.study(),
                    e.getMessage());
        }
    }

    private void send(Destination to, Uid study) throws IOException {
        RequestOptions proposed = to.request(own)
                .propose(
                        ServedClasses.AVAILABILITY_NOTIFICATION,
                        List.of(
                                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid()));
        try (Association association = client.open(proposed)) {
            StudyNotification.forEach(
                    catalog, study, own, attributes -> create(association, attributes));
            release(association);
        }
    }

    private static void create(Association association, DataSet attributes) throws IOException {
        Status status = association
                .invoke(NormalizedRequest.create(
                        ServedClasses.AVAILABILITY_NOTIFICATION, newInstance(), attributes))
                .status();
        if (!status.isDone()) {
            throw new DimseException(status, "the notification is refused");
        }
    }

    /** The notification has arrived, however the association ends. */
    private static void release(Association association) {
        try {
            association.release();
        } catch (AssociationException e) {
            LOG.debug("{} did not release: {}", association.info(), e.getMessage());
        }
    }

    /** PS3.5 B.2. */
    private static Uid newInstance() {
        UUID random = UUID.randomUUID();
        BigInteger high = new BigInteger(Long.toUnsignedString(random.getMostSignificantBits()));
        BigInteger low = new BigInteger(Long.toUnsignedString(random.getLeastSignificantBits()));
        return new Uid("2.25." + high.shiftLeft(UUID_HALF_BITS).or(low));
    }

    /** What still waits is told after the next start. */
    @Override
    public void close() {
        closing = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a notification is still on its way");
                return;
            }
            save();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
