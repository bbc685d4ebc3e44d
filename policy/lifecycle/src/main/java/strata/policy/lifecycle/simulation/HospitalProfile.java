package strata.policy.lifecycle.simulation;

import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A made-up hospital.
 *
 * @param start first day
 * @param studiesPerDay studies a day at the start
 * @param growthPerYear 0.08 for 8 % more each year
 * @param modalities their shares are taken as parts of their sum
 * @param tiers by name; hot is one of them, and new studies go there
 * @param sites other sites, with the price of a terabyte and year there
 * @param sample about how many studies are simulated
 * @param seed of the made-up numbers
 */
public record HospitalProfile(
        LocalDate start,
        double studiesPerDay,
        double growthPerYear,
        Looks looks,
        List<Modality> modalities,
        Map<String, SimulatedTier> tiers,
        Map<String, Double> sites,
        int sample,
        long seed) {
    static final String HOT = "hot";

    /**
     * How people look at studies.
     *
     * @param perStudy in its life, on average
     * @param halfLifeDays half of the looks that go to new studies come within so many days
     * @param old part of the looks that go to any earlier study alike, as to priors
     */
    public record Looks(double perStudy, double halfLifeDays, double old) {}

    /**
     * A kind of study.
     *
     * @param name Modality (0008,0060)
     * @param share how often, beside the others
     * @param megabytes of a study on average; sizes are from half to one and a half of it
     * @param bodyParts one of them each
     */
    public record Modality(
            String name,
            double share,
            double megabytes,
            int series,
            int instances,
            List<String> bodyParts) {
        public Modality {
            bodyParts = List.copyOf(bodyParts);
        }
    }

    /**
     * A tier.
     *
     * @param capacityBytes empty when it has no end
     * @param keepBelow its mark, 0 to 1
     * @param ratio how many times smaller copies are there than as received
     * @param pricePerTerabyteYear of what lies there, in the currency of the reader
     * @param pricePerTerabyteOut of what is recalled from there
     */
    public record SimulatedTier(
            OptionalLong capacityBytes,
            OptionalDouble keepBelow,
            double ratio,
            double pricePerTerabyteYear,
            double pricePerTerabyteOut) {}

    public HospitalProfile {
        modalities = List.copyOf(modalities);
        tiers = Collections.unmodifiableMap(new TreeMap<>(tiers));
        sites = Collections.unmodifiableMap(new TreeMap<>(sites));
    }

    /** How many studies there are after so many days. */
    double studiesIn(int days) {
        double sum = 0;
        for (int day = 0; day < days; day++) {
            sum += studiesOn(day);
        }
        return sum;
    }

    /** How many studies come on a day. */
    double studiesOn(int day) {
        return studiesPerDay * Math.pow(1 + growthPerYear, day / 365.0);
    }

    /** The modality at a part, 0 to 1, of all studies. */
    Modality pick(double part) {
        double left = part * modalities.stream().mapToDouble(Modality::share).sum();
        for (Modality each : modalities) {
            left -= each.share();
            if (left < 0) {
                return each;
            }
        }
        return modalities.get(modalities.size() - 1);
    }

    /** Bytes of the largest study. */
    double largest() {
        return modalities.stream().mapToDouble(Modality::megabytes).max().orElse(1) * 1.5e6;
    }
}
