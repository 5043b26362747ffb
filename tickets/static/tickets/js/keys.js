/**
 * Keys of pages: an element says in data-key which one it answers to. A field takes the focus, all
 * else is clicked. Single keys act while nothing is written and nothing lies above the page.
 *
 * createKeys({single(), act(name)})   act: next, previous, save, keys; false: there was nothing to do
 */
const NAMES = { j: "next", k: "previous", "?": "keys" };

const writing = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const layered = () => document.querySelector("dialog[open], :popover-open");

/** What a key means here: a name, or the key itself for an element that answers to it. */
export function meaning({ key, ctrlKey, metaKey, altKey, isComposing, repeat, target }, { single, layer }) {
  if (isComposing || altKey || layer) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "s" ? "save" : null;
  if (!single || writing(target)) return null;
  const name = NAMES[key.toLowerCase()] ?? (key.length === 1 ? key.toLowerCase() : null);
  return repeat && !["next", "previous"].includes(name) ? null : name;
}

export function createKeys({ single, act }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const name = meaning(event, { single: single(), layer: layered() });
    if (name && (use(name) || act(name) !== false)) event.preventDefault();
  });
}

function use(name) {
  const element = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === name && one.checkVisibility());
  if (!element) return false;
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
  return true;
}
