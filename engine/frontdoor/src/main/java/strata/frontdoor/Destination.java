package strata.frontdoor;

import strata.base.AeTitle;

/** Where C-MOVE may send to. */
public record Destination(AeTitle aeTitle, String host, int port) {}
