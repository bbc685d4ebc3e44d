package strata.server.configuration;

/**
 * Another application entity that this site opens associations to.
 *
 * @param associations most at a time that one C-MOVE opens
 * @param notified whether it hears which studies are available (Instance Availability Notification)
 */
public record DestinationSettings(Endpoint at, int associations, boolean notified) {}
