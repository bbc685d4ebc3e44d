package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.CopyPlace;
import strata.policy.language.Requires;

import java.util.Optional;

/** One step of a plan, for one study at one place, with its reason. */
public sealed interface Action {
    Uid study();

    /** Bytes of originals that a copy reads or that are sent, or that a removal gives back. */
    long bytes();

    Reason reason();

    ActionKind kind();

    /** Where the copy comes to be, or goes from; or who it is sent to. */
    CopyPlace place();

    /** The rule that asked, and what made its condition true. Holds no patient data. */
    record Reason(String rule, String why) {
        @Override
        public String toString() {
            return "rule " + rule + ": " + why;
        }
    }

    /** A verified copy comes to be in the tier. */
    record Place(Uid study, String tier, Optional<String> profile, long bytes, Reason reason)
            implements Action {
        @Override
        public ActionKind kind() {
            return ActionKind.PLACE;
        }

        @Override
        public CopyPlace place() {
            return new CopyPlace.Tier(tier);
        }
    }

    /** A verified copy comes to be at the site. */
    record Replicate(Uid study, String site, long bytes, Reason reason) implements Action {
        @Override
        public ActionKind kind() {
            return ActionKind.REPLICATE;
        }

        @Override
        public CopyPlace place() {
            return new CopyPlace.Site(site);
        }
    }

    /** The peer gets what it has not got yet. */
    record Route(Uid study, String peer, long bytes, Reason reason) implements Action {
        @Override
        public ActionKind kind() {
            return ActionKind.ROUTE;
        }

        @Override
        public CopyPlace place() {
            return new CopyPlace.Peer(peer);
        }
    }

    /** The copy leaves the tier to make room, if then still enough others are verified. */
    record Release(Uid study, String tier, Requires requires, long bytes, Reason reason)
            implements Action {
        @Override
        public ActionKind kind() {
            return ActionKind.RELEASE;
        }

        @Override
        public CopyPlace place() {
            return new CopyPlace.Tier(tier);
        }
    }

    /**
     * The copy leaves the tier since its time is over, if then still enough others are verified.
     */
    record Expire(Uid study, String tier, Requires requires, long bytes, Reason reason)
            implements Action {
        @Override
        public ActionKind kind() {
            return ActionKind.EXPIRE;
        }

        @Override
        public CopyPlace place() {
            return new CopyPlace.Tier(tier);
        }
    }
}
