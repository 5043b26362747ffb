/**
 * Parts of the console: as those of any page, and the frames that a conversation came with.
 *
 * get, post, morph    see parley/fragment.js
 * framesIn(node)      takes them out of it
 */
export { get, morph, post } from "../../parley/fragment.js";

export function framesIn(node) {
  const block = node.querySelector('script[type="application/json"]');
  block?.remove();
  return block ? JSON.parse(block.textContent) : [];
}
