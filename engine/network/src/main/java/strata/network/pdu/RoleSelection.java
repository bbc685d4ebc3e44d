package strata.network.pdu;

import strata.base.Uid;

/** SCP/SCU role selection, PS3.7 D.3.3.4: the roles that the association requestor may take. */
public record RoleSelection(Uid sopClass, boolean scu, boolean scp) {}
