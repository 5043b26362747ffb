import assert from "node:assert/strict";
import { test } from "node:test";
import { createDrafts, showUnsent } from "../../livechat/static/livechat/js/composer.js";
import { meaning } from "../../livechat/static/livechat/js/keys.js";
import { aim } from "../../livechat/static/livechat/js/menu.js";
import { phrase } from "../../livechat/static/livechat/js/phrase.js";
import { afterCount, afterLine, unheard } from "../../livechat/static/livechat/js/rows.js";
import { Shelf } from "../../config/static/parley/shelf.js";
import { level } from "../../livechat/static/livechat/js/ticking.js";
import { item } from "./wire.mjs";

const at = "2026-01-05T10:00:00.000Z";
const later = "2026-01-05T10:01:00.000Z";
const line = (author, posted_at, more = {}) => item(7, { author, posted_at, ...more });

test("a customer waits since his first line that nobody answered", () => {
  const once = afterLine("", line("customer", at));
  const twice = afterLine(once, line("customer", later));

  assert.deepEqual([once, twice], [at, at]);
});

test("an agent's reply ends the waiting, his note does not", () => {
  assert.equal(afterLine(at, line("agent", later)), "");
  assert.equal(afterLine(at, line("agent", later, { kind: "note" })), at);
});

test("unread lines are the server's until this page knows more", () => {
  assert.deepEqual(afterCount(undefined, 9, 3), { count: 3, upto: 9 });
  assert.deepEqual(afterCount({ count: 0, upto: 9 }, 9, 3), { count: 0, upto: 9 });
});

test("what was read here is not counted again by a server that has not heard of it", () => {
  assert.deepEqual(afterCount({ count: 0, upto: 9 }, 10, 4), { count: 1, upto: 10 });
});

const asked = item(8, { kind: "event", author: "system", data: { code: "idle" } });

test("a customer who was asked whether he is still there is unheard until somebody speaks", () => {
  assert.deepEqual([unheard([line("agent", at)]), unheard([line("agent", at), asked])], [false, true]);
  assert.equal(unheard([asked, line("agent", later, { kind: "note" })]), true);
  assert.deepEqual(["customer", "agent"].map((who) => unheard([asked, line(who, later)])), [false, false]);
});

test("a wait is amber from the warning and red from the target", () => {
  assert.deepEqual([3, 4, 9, 10].map((seconds) => level(seconds, 4, 10)), ["", "amber", "amber", "red"]);
});

const target = (writes) => ({ closest: () => writes });
const press = (key, more = {}) => meaning({ key, target: target(false), ...more }, { single: true, layer: false, ...more });

test("single keys act when no text is being written", () => {
  assert.deepEqual(["j", "K", "a", "?"].map((key) => press(key)), ["next", "previous", "accept", "keys"]);
  assert.equal(press("j", { target: target(true) }), null);
});

test("C makes a ticket, brackets turn the details' tabs", () => {
  assert.deepEqual(["c", "[", "]"].map((key) => press(key)), ["ticket", "tabBefore", "tabAfter"]);
});

test("I asks a colleague in", () => {
  assert.equal(press("i"), "invite");
});

test("single keys can be switched off, keys with a modifier stay", () => {
  assert.equal(press("j", { single: false }), null);
  assert.equal(press("ArrowDown", { single: false, altKey: true }), "next");
  const tabs = ["1", "2", "3"].map((key) => press(key, { single: false, altKey: true, target: target(true) }));
  assert.deepEqual(tabs, ["queue", "transferred", "mine"]);
});

test("the browser's own keys stay the browser's", () => {
  assert.equal(press("a", { ctrlKey: true }), null);
  assert.equal(press("r", { metaKey: true }), null);
});

test("a key that is held down does not accept again and again", () => {
  assert.equal(press("a", { repeat: true }), null);
  assert.equal(press("j", { repeat: true }), "next");
});

test("T transfers, and nothing else does while text is written", () => {
  assert.equal(press("t"), "transfer");
  assert.equal(press("t", { target: target(true) }), null);
});

test("arrows go round a menu, Home and End to its ends", () => {
  assert.deepEqual(["ArrowDown", "ArrowUp", "Home", "End", "x"].map((key) => aim(key, 0, 3)), [1, 2, 0, 2, null]);
  assert.equal(aim("ArrowDown", 2, 3), 0);
});

test("over an open layer only the panes' key acts", () => {
  assert.deepEqual([press("e", { layer: true }), press("Escape", { layer: true }), press("F6", { layer: true })], [null, null, "pane"]);
});

test("a sentence takes its values, and the plural form of its number", () => {
  const samples = { 1: "{n} line from {name}", 2: "{n} lines from {name}", 100: "{n} lines from {name}" };

  assert.equal(phrase("{name}: {text}", { name: "Ada", text: "{name}" }), "Ada: {name}");
  assert.deepEqual([1, 5].map((n) => phrase(samples, { n, name: "Ada" })), ["1 line from Ada", "5 lines from Ada"]);
});

const tab = () => {
  const kept = new Map();
  return {
    kept,
    get length() {
      return kept.size;
    },
    key: (n) => [...kept.keys()][n],
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
};

test("drafts are kept by chat and kind", () => {
  const storage = tab();
  createDrafts("noor", new Shelf(() => storage)).set("c1", { kind: "note", reply: "Hello", note: "Third time" });

  const drafts = createDrafts("noor", new Shelf(() => storage));

  assert.deepEqual(drafts.get("c1"), { kind: "note", reply: "Hello", note: "Third time" });
  assert.deepEqual(drafts.get("c2"), {});
});

test("an empty draft leaves nothing behind", () => {
  const storage = tab();
  const drafts = createDrafts("noor", new Shelf(() => storage));
  drafts.set("c1", { kind: "reply", reply: "Hello", note: "" });

  drafts.set("c1", { kind: "reply", reply: "", note: "" });

  assert.equal(storage.kept.size, 0);
});

test("nobody finds the drafts of whoever wrote in this tab before", () => {
  const storage = tab();
  createDrafts("noor", new Shelf(() => storage)).set("c1", { kind: "reply", reply: "Hello", note: "" });
  storage.setItem("other", "stays");

  createDrafts("mary", new Shelf(() => storage));

  assert.deepEqual([...storage.kept.keys()], ["other"]);
});

const unsentIn = (mode, draft) => {
  const parts = { "[data-text]": {}, "[data-do=copy]": { dataset: {} } };
  const place = { hidden: true, querySelector: (selector) => parts[selector] };
  showUnsent({ dataset: { mode }, querySelector: () => place }, draft);
  return [place.hidden, parts["[data-text]"].textContent, parts["[data-do=copy]"].dataset.text];
};

test("a reply that can be sent no more can still be read and copied", () => {
  assert.deepEqual(unsentIn("left", { reply: "Have you tried", note: "kept" }), [false, "Have you tried", "Have you tried"]);
});

test("of a chat that is over the note is shown too", () => {
  assert.equal(unsentIn("over", { reply: "Have you", note: "VIP" })[1], "Have you\n\nVIP");
});

test("where nothing was written nothing is shown", () => {
  assert.equal(unsentIn("left", { reply: " ", note: "VIP" })[0], true);
  assert.equal(unsentIn("over", {})[0], true);
});
