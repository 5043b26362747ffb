import assert from "node:assert/strict";
import { test } from "node:test";
import { Shelf } from "../../config/static/parley/shelf.js";
import { FakeStorage } from "./browser.mjs";

const denied = () => {
  throw new Error("denied");
};

test("what is put on the shelf is kept in storage", () => {
  const storage = new FakeStorage();
  new Shelf(() => storage).set("a", "1");

  assert.equal(new Shelf(() => storage).get("a"), "1");
});

test("denied storage is kept in memory", () => {
  const shelf = new Shelf(denied);
  shelf.set("a", "1");

  assert.deepEqual([shelf.denied, shelf.get("a"), shelf.keys()], [true, "1", ["a"]]);
});

test("storage that is full is kept in memory from then on", () => {
  const storage = Object.assign(new FakeStorage(), { setItem: denied });
  const shelf = new Shelf(() => storage);
  shelf.set("a", "1");

  assert.deepEqual([shelf.denied, shelf.get("a")], [true, "1"]);
});

test("what is dropped is gone", () => {
  const shelf = new Shelf(() => new FakeStorage());
  shelf.set("a", "1");
  shelf.drop("a");

  assert.equal(shelf.get("a") ?? null, null);
});

test("what denied storage held is handed on and given back", () => {
  let kept = null;
  new Shelf(denied, (all) => (kept = all)).set("a", "1");
  const later = new Shelf(denied);
  later.fill(kept);

  assert.equal(later.get("a"), "1");
});
