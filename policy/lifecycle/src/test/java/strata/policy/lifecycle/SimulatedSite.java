package strata.policy.lifecycle;

import strata.base.SetClock;
import strata.base.Uid;
import strata.policy.language.Policy;
import strata.policy.language.Requires;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A site of facts alone, whose actions succeed at once, and whose time is set by the test. */
class SimulatedSite implements StudySource, LifecycleActions {
    final Samples.World world;
    final SetClock clock = new SetClock(Samples.NOW);
    final List<StudyFacts> deleted = new ArrayList<>();
    long actions;
    long looks;

    SimulatedSite(Samples.World world) {
        this.world = world;
    }

    @Override
    public Studies studies(Policy policy) throws IOException {
        return Studies.of(world.all());
    }

    @Override
    public Studies deleted() {
        return Studies.of(deleted);
    }

    @Override
    public Optional<StudyFacts> study(Uid uid) throws IOException {
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

    /** Carries out any of them. */
    ActionResult act(Action action) throws IOException {
        actions++;
        world.apply(action);
        return ActionResult.DONE;
    }

    @Override
    public ActionResult place(Uid study, String tier, Optional<String> profile) throws IOException {
        return act(new Action.Place(study, tier, profile, 0, new Action.Reason("", "")));
    }

    @Override
    public ActionResult replicate(Uid study, String site) throws IOException {
        return act(new Action.Replicate(study, site, 0, new Action.Reason("", "")));
    }

    @Override
    public ActionResult route(Uid study, String peer) throws IOException {
        return act(new Action.Route(study, peer, 0, new Action.Reason("", "")));
    }

    @Override
    public ActionResult release(Uid study, String tier, Requires requires) throws IOException {
        return act(new Action.Release(study, tier, requires, 0, new Action.Reason("", "")));
    }
}
