import assert from "node:assert/strict";
import { test } from "node:test";
import { counter } from "../../livechat/static/livechat/js/frame.js";

const texts = { left: "{n} left", over: "{n} too long" };

function count(value, limit) {
  const note = { classList: { toggle: () => {} } };
  const good = counter({ value, closest: () => ({ querySelector: () => note }) }, limit, texts);
  return { good, said: note.hidden ? "" : note.textContent };
}

test("near the limit what is left is said, and beyond it by how much a text is too long", () => {
  assert.deepEqual(count("a", 10), { good: true, said: "" });
  assert.deepEqual(count("a".repeat(9), 10), { good: true, said: "1 left" });
  assert.deepEqual(count("a".repeat(12), 10), { good: false, said: "2 too long" });
});

test("characters are counted, as the server counts them", () => {
  assert.deepEqual(count("\u{1F600}".repeat(10), 10), { good: true, said: "0 left" });
  assert.deepEqual(count("\u{1F600}".repeat(11), 10), { good: false, said: "1 too long" });
});

test("a text of spaces is none", () => {
  assert.equal(count("  ", 10).good, false);
});
