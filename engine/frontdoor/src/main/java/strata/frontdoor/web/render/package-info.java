/**
 * Rendering of one native frame into an image of 8 bits a channel, PS3.4 N.2 and PS3.18 8.3.5.
 *
 * <p>Reading order: {@link strata.frontdoor.web.render.RenderFrame}; for grey images
 * {@link strata.frontdoor.web.render.GreyScale} (modality, window or VOI lookup table, polarity)
 * with {@link strata.frontdoor.web.render.Window} and {@code LookupTable}; for colour ones
 * {@code ColourPixels} and {@code Palette}; then {@link strata.frontdoor.web.render.Viewport} and
 * {@link strata.frontdoor.web.render.EncodeImage}.
 *
 * <p>Invariants: what is rendered depends on the frame, its attributes and the client's wishes
 * alone; values are rounded to the nearest of 0 to 255 once, at the end; nothing here reads a file
 * or draws text.
 */
package strata.frontdoor.web.render;
