package strata.frontdoor.web;

import strata.network.http.HttpException;
import strata.network.http.Request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a client takes: the media ranges of its Accept fields, or of the query parameter
 * {@code accept}, which goes before them (PS3.18 8.3.3.1), the best first. Immutable.
 */
public final class Accept {
    private static final String PARAMETER = "accept";
    private static final int MAX_RANGES = 64;
    private static final double MAX_QUALITY = 1;

    /** One range with its weight, above 0. */
    private record Range(MediaType type, double quality) {}

    /**
     * An offered type, and the range that takes it, with its parameters.
     *
     * @param offered one of those that were offered
     * @param asked with the client's parameters, as {@code transfer-syntax}
     */
    public record Choice(MediaType offered, MediaType asked) {
        /** The transfer syntax that the client wants: a UID, or {@code *} for the stored one. */
        public Optional<String> transferSyntax() {
            return asked.parameter(MediaType.TRANSFER_SYNTAX);
        }
    }

    private final List<Range> wanted;
    private final List<MediaType> refused;

    private Accept(List<Range> wanted, List<MediaType> refused) {
        this.wanted = wanted;
        this.refused = refused;
    }

    /**
     * What the request accepts; anything when it does not say.
     *
     * @throws HttpException 400 when it is not a list of media ranges
     */
    public static Accept of(Request request) throws HttpException {
        List<String> fields = request.queryValues(PARAMETER);
        return of(fields.isEmpty() ? request.headers(PARAMETER) : fields);
    }

    static Accept of(List<String> fields) throws HttpException {
        List<Range> wanted = new ArrayList<>();
        List<MediaType> refused = new ArrayList<>();
        for (String field : fields) {
            FieldText in = new FieldText(field);
            while (!in.isAtEnd()) {
                if (in.take(',')) {
                    continue;
                }
                Range range = range(in);
                if (range.quality > 0) {
                    wanted.add(range);
                } else {
                    refused.add(range.type);
                }
                if (wanted.size() + refused.size() > MAX_RANGES || !in.isAtEnd() && !in.take(',')) {
                    throw unreadable();
                }
            }
        }
        if (wanted.isEmpty() && refused.isEmpty()) {
            wanted.add(new Range(MediaType.ANY, MAX_QUALITY));
        }
        // Stable: of equals the one that was named first goes first.
        wanted.sort(Comparator.comparingDouble(Range::quality)
                .thenComparingInt(r -> r.type.precision())
                .reversed());
        return new Accept(List.copyOf(wanted), List.copyOf(refused));
    }

    private static Range range(FieldText in) throws HttpException {
        MediaType type = MediaType.parse(in).orElseThrow(Accept::unreadable);
        Optional<String> weight = type.parameter("q");
        if (weight.isEmpty()) {
            return new Range(type, MAX_QUALITY);
        }
        try {
            double quality = Double.parseDouble(weight.get());
            if (quality >= 0 && quality <= MAX_QUALITY) {
                return new Range(type.without("q"), quality);
            }
        } catch (NumberFormatException e) {
            throw unreadable();
        }
        throw unreadable();
    }

    private static HttpException unreadable() {
        return new HttpException(400, "Accept is not a list of media ranges");
    }

    /** The best of what is offered, which is given in the order of our own preference. */
    public Optional<Choice> find(List<MediaType> offered) {
        return choices(offered).stream().findFirst();
    }

    /**
     * The best of what is offered.
     *
     * @throws HttpException 406 when the client takes none of it
     */
    public Choice choose(List<MediaType> offered) throws HttpException {
        return find(offered).orElseThrow(() -> notAcceptable(offered));
    }

    /**
     * Every way in which something offered is taken, the best first: for those whose choice depends
     * on a parameter as well.
     */
    public List<Choice> choices(List<MediaType> offered) {
        List<Choice> choices = new ArrayList<>();
        for (Range range : wanted) {
            for (MediaType each : offered) {
                if (range.type.takes(each) && !isRefused(each, range.type)) {
                    choices.add(new Choice(each, range.type));
                }
            }
        }
        return choices;
    }

    /** A weight of 0 takes out what it names, unless a more exact range takes it in again. */
    private boolean isRefused(MediaType offered, MediaType by) {
        return refused.stream().anyMatch(r -> r.takes(offered) && r.precision() >= by.precision());
    }

    /** The answer to a client that takes nothing of what there is. */
    public static HttpException notAcceptable(List<MediaType> offered) {
        return new HttpException(
                406,
                "this resource can be had as "
                        + String.join(
                                ", ", offered.stream().map(MediaType::toString).toList()));
    }
}
