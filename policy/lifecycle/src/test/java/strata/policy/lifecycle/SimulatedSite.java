package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.Policy;
import strata.policy.language.Requires;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A site of facts alone, whose actions succeed at once, and whose time is set by the test. */
final class SimulatedSite implements StudySource, LifecycleActions {
    final Samples.World world;
    Instant now = Samples.NOW;
    final List<StudyFacts> deleted = new ArrayList<>();
    long actions;
    long looks;

    final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    SimulatedSite(Samples.World world) {
        this.world = world;
    }

    @Override
    public Studies studies(Policy policy) {
        return Studies.of(world.all());
    }

    @Override
    public Studies deleted() {
        return Studies.of(deleted);
    }

    @Override
    public Optional<StudyFacts> study(Uid uid) {
        looks++;
        return Optional.ofNullable(world.studies.get(uid));
    }

    @Override
    public TierFacts tiers() {
        return world.tiers;
    }

    @Override
    public void onChange(Consumer<Set<Uid>> listener) {
        world.listener = listener;
    }

    private ActionResult act(Action action) {
        actions++;
        world.apply(action);
        return ActionResult.DONE;
    }

    @Override
    public ActionResult place(Uid study, String tier, Optional<String> profile) {
        return act(new Action.Place(study, tier, profile, 0, new Action.Reason("", "")));
    }

    @Override
    public ActionResult replicate(Uid study, String site) {
        return act(new Action.Replicate(study, site, 0, new Action.Reason("", "")));
    }

    @Override
    public ActionResult route(Uid study, String peer) {
        return act(new Action.Route(study, peer, 0, new Action.Reason("", "")));
    }

    @Override
    public ActionResult release(Uid study, String tier, Requires requires) {
        return act(new Action.Release(study, tier, requires, 0, new Action.Reason("", "")));
    }
}
