import assert from "node:assert/strict";
import { test } from "node:test";

import { meaning } from "../../tickets/static/tickets/js/keys.js";

const key = (key, more = {}) => ({ key, target: { closest: () => null }, ...more });
const here = { single: true, layer: null };

test("a key means its step, or itself", () => {
  assert.equal(meaning(key("j"), here), "next");
  assert.equal(meaning(key("K"), here), "previous");
  assert.equal(meaning(key("/"), here), "/");
  assert.equal(meaning(key("e"), here), "e");
  assert.equal(meaning(key("Enter"), here), null);
});

test("while something is written only Ctrl S acts", () => {
  const writing = { target: { closest: () => ({}) } };

  assert.equal(meaning(key("j", writing), here), null);
  assert.equal(meaning(key("s", { ...writing, ctrlKey: true }), here), "save");
  assert.equal(meaning(key("S", { ...writing, metaKey: true }), here), "save");
  assert.equal(meaning(key("j", { ctrlKey: true }), here), null);
});

test("single keys can be off, and do nothing under a dialog", () => {
  assert.equal(meaning(key("j"), { ...here, single: false }), null);
  assert.equal(meaning(key("j"), { ...here, layer: {} }), null);
});

test("a key that is held steps on and does nothing else", () => {
  assert.equal(meaning(key("j", { repeat: true }), here), "next");
  assert.equal(meaning(key("e", { repeat: true }), here), null);
});
