/**
 * Instance Availability Notification as user, PS3.4 annex R: configured application entities hear
 * when objects of a study become available, change their tier, or go.
 *
 * <p>Reading order: {@link strata.frontdoor.availability.AvailabilityNotifier}, {@code Subscriber}
 * (what one application entity is still to hear), {@code StudyNotification} (the data set).
 *
 * <p>Invariants: whoever changes the catalog only leaves the UID of the study, in bounded memory;
 * what is said is looked up when it is sent, so that many changes of a study are one notification.
 * What is waiting is lost at a stop: a notification is a hint, the query is the truth.
 */
package strata.frontdoor.availability;
