/**
 * The keyboard. Single keys act when no text is being written, and can be switched off;
 * keys with a modifier act everywhere.
 *
 * listen({single(), act(name, bare)})   bare: without a modifier; name: next, previous, queue, transferred (My chats when there is none), mine, accept, unread, reply, note, transfer,
 *   invite, ticket, end, tabBefore, tabAfter, keys, pane, back, escape; it answers false when there was nothing to do
 */
const SINGLE = { j: "next", k: "previous", a: "accept", u: "unread", r: "reply", n: "note", t: "transfer", i: "invite", c: "ticket", e: "end", "[": "tabBefore", "]": "tabAfter", "?": "keys" };
const ALT = { ArrowDown: "next", ArrowUp: "previous", 1: "queue", 2: "transferred", 3: "mine" };

const writing = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const layered = () => document.querySelector("dialog[open], :popover-open");

/** What a key means here; pure but for what is open. */
export function meaning({ key, code, altKey, ctrlKey, metaKey, shiftKey, isComposing, repeat, target }, { single, layer }) {
  if (isComposing || ctrlKey || metaKey) return null;
  if (key === "F6") return shiftKey ? "back" : "pane";
  if (layer) return null;
  if (key === "Escape") return "escape";
  if (altKey) return ALT[key] ?? ALT[code?.replace("Digit", "")] ?? null;
  if (!single || writing(target)) return null;
  const name = SINGLE[key.toLowerCase()] ?? null;
  return repeat && !["next", "previous"].includes(name) ? null : name;
}

export function listen({ single, act }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const name = meaning(event, { single: single(), layer: layered() });
    if (name && act(name, !event.altKey) !== false) event.preventDefault();
  });
}
