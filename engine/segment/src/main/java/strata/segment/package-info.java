/** Segment files: the hot tier's truth. The format is specified here. */
package strata.segment;
