package strata.frontdoor.commitment;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All transactions that are known, in memory without their references and in files; thread-safe.
 */
final class Transactions {
    private final TransactionFiles files;
    private final CommitmentOptions options;
    private final Clock clock;
    private final Map<Uid, Long> numbers = new HashMap<>();
    private final TreeMap<Long, Transaction> byNumber = new TreeMap<>();
    private int pending;

    private Transactions(TransactionFiles files, CommitmentOptions options, Clock clock) {
        this.files = files;
        this.options = options;
        this.clock = clock;
    }

    static Transactions open(TransactionFiles files, CommitmentOptions options, Clock clock)
            throws IOException {
        Transactions all = new Transactions(files, options, clock);
        files.list().forEach(all::put);
        all.forgetOld();
        return all;
    }

    private synchronized void put(Transaction transaction) {
        numbers.put(transaction.uid(), transaction.number());
        Transaction before = byNumber.put(transaction.number(), transaction);
        pending += (transaction.state().isPending() ? 1 : 0)
                - (before != null && before.state().isPending() ? 1 : 0);
    }

    private void remove(Transaction transaction) {
        numbers.remove(transaction.uid(), transaction.number());
        byNumber.remove(transaction.number());
        pending -= transaction.state().isPending() ? 1 : 0;
    }

    /**
     * Takes a new transaction; it is durable on return.
     *
     * @throws DimseException 0131H when its UID is in use, 0213H when there are too many
     * @throws IOException when it could not be written; it is then not known
     */
    synchronized Transaction begin(Uid uid, AeTitle requester, Map<Reference, Verdict> references)
            throws IOException {
        if (numbers.containsKey(uid)) {
            throw new DimseException(Status.DUPLICATE_TRANSACTION, "transaction UID is in use");
        }
        if (pending >= options.maxPending()) {
            throw new DimseException(Status.RESOURCE_LIMITATION, "too many open transactions");
        }
        forgetOld();
        long number = byNumber.isEmpty() ? 1 : byNumber.lastKey() + 1;
        Transaction begun = Transaction.open(number, uid, requester, clock.instant());
        files.write(new StoredTransaction(begun, references));
        put(begun);
        return begun;
    }

    /** Replaces what is known of a transaction, in memory also when the file cannot be written. */
    void update(StoredTransaction next) throws IOException {
        put(next.transaction());
        files.write(next.transaction().state().isPending() ? next : next.without());
    }

    StoredTransaction read(Transaction transaction) throws IOException {
        return files.read(transaction.number());
    }

    /** By age, oldest first. */
    synchronized List<Transaction> list() {
        return List.copyOf(byNumber.values());
    }

    synchronized int pending() {
        return pending;
    }

    /** Forgets those that are over for long, and the oldest of too many. */
    private synchronized void forgetOld() throws IOException {
        Instant limit = clock.instant().minus(options.remember());
        int over = byNumber.size() - pending;
        Iterator<Transaction> oldest = list().iterator();
        while (oldest.hasNext()) {
            Transaction each = oldest.next();
            boolean old = each.since().isBefore(limit) || over > options.maxRemembered();
            if (!each.state().isPending() && old) {
                files.delete(each.number());
                remove(each);
                over--;
            }
        }
    }
}
