import assert from "node:assert/strict";
import { test } from "node:test";

import { Shelf } from "../../config/static/parley/shelf.js";
import { forgetAll } from "../../config/static/parley/signingout.js";
import { createDrafts } from "../../tickets/static/tickets/js/drafts.js";
import { moved } from "../../tickets/static/tickets/js/following.js";

const DAY = 86_400_000;
const draft = { values: [["summary", "Outbox is stuck"]], version: 3 };
const store = () => new Shelf(() => null);

test("what was written on a ticket is there again, for a week", () => {
  const storage = store();
  let now = 1000;
  const drafts = () => createDrafts("noor", storage, () => now);
  drafts().set("t1", "edit", draft);

  assert.deepEqual(drafts().get("t1", "edit"), { ...draft, at: 1000 });
  assert.equal(drafts().get("t1", "say"), null);
  assert.equal(drafts().get("t2", "edit"), null);
  now += 7 * DAY;
  assert.equal(drafts().get("t1", "edit"), null);
  assert.deepEqual(storage.keys(), []);
});

test("what is saved or empty is kept no longer", () => {
  const drafts = createDrafts("noor", store());
  drafts.set("t1", "edit", draft);
  drafts.set("t1", "edit", null);

  assert.equal(drafts.get("t1", "edit"), null);
});

test("whoever signs in next, or signs out, leaves nothing of it", () => {
  const storage = store();
  storage.set("parley.identity", "of the widget");
  createDrafts("noor", storage).set("t1", "edit", draft);
  assert.equal(createDrafts("mary", storage).get("t1", "edit"), null);
  assert.equal(createDrafts("noor", storage).get("t1", "edit"), null);

  createDrafts("noor", storage).set("t1", "edit", draft);
  forgetAll(storage);
  assert.deepEqual(storage.keys(), ["parley.identity"]);
});

test("what cannot be read is as if nothing had been written", () => {
  const storage = store();
  storage.set("parley.kept.ticket.noor.t1.edit", "{");

  assert.equal(createDrafts("noor", storage).get("t1", "edit"), null);
});

test("rows that stand where they were can change in place", () => {
  assert.equal(moved(["a", "b", "c"], ["a", "b", "c"], 2), 0);
});

test("rows that came, went or changed places wait", () => {
  assert.equal(moved(["a", "b", "c"], ["x", "y", "a"], 0), 2);
  assert.equal(moved(["a", "b", "c"], ["a", "c"], 0), 1);
  assert.equal(moved(["a", "b", "c"], ["c", "a", "b"], 1), 1);
  assert.equal(moved(["a", "b", "c"], ["c", "a", "b"], 0), 1);
  assert.equal(moved([], ["a"], 0), 1);
});
