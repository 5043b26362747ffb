/**
 * Menus that a button opens ([data-menu], a popover): below it, one tab stop within, arrows; the
 * letter that an item shows chooses it.
 *
 * createMenus() once a page
 */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const ENDS = { Home: 0, End: -1 };
const GAP = 6;

const itemsOf = (menu) => [...menu.querySelectorAll("[role=menuitem]")].filter((item) => item.checkVisibility());

/** Which of so many items takes the focus: from `at`, by a key; null when the key means nothing. */
export function aim(key, at, count) {
  if (key in STEPS) return (at + STEPS[key] + count) % count;
  return key in ENDS ? (ENDS[key] + count) % count : null;
}

export function createMenus() {
  document.addEventListener("beforetoggle", ({ target, newState }) => newState === "open" && place(target), true);
  document.addEventListener("toggle", ({ target, newState }) => newState === "open" && begin(target), true);
  document.addEventListener("keydown", key);
  addEventListener("resize", () => document.querySelector("[data-menu]:popover-open")?.hidePopover());
}

function place(menu) {
  if (!menu.matches("[data-menu]")) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  const { bottom, right } = button.getBoundingClientRect();
  menu.style.setProperty("top", `${bottom + GAP}px`);
  menu.style.setProperty("right", `${document.documentElement.clientWidth - right}px`);
}

function begin(menu) {
  if (menu.matches("[data-menu]")) itemsOf(menu)[0]?.focus();
}

function key(event) {
  const menu = event.target.closest?.("[data-menu]");
  if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Tab") return void menu.hidePopover();
  const items = itemsOf(menu);
  const next = aim(event.key, items.indexOf(event.target), items.length);
  const named = items.find((item) => item.querySelector("kbd")?.textContent === event.key.toUpperCase());
  if (next === null && !named) return;
  event.preventDefault();
  if (named) named.click();
  else items[next].focus();
}
