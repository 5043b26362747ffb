import assert from "node:assert/strict";
import { test } from "node:test";
import { createHanded } from "../../livechat/static/livechat/js/handed.js";
import { Shelf } from "../../config/static/parley/shelf.js";
import { FakeStorage } from "./browser.mjs";

const keep = () => {
  const storage = new FakeStorage();
  return (agent = "noor") => createHanded(agent, new Shelf(() => storage));
};

const DECLINED = { code: "transfer_declined", agent: "Mary" };
const RETURNED = { code: "transfer_returned", agent: "Mary" };

test("who passed a chat on is told once that it came back", () => {
  const handed = keep()();
  handed.note("a", "Ada");

  assert.deepEqual(handed.hear("a", DECLINED), { ...DECLINED, name: "Ada" });
  assert.equal(handed.hear("a", RETURNED), null);
});

test("he is told also when it came back to him", () => {
  for (const code of ["returned_to_sender", "declined_to_sender"]) {
    const handed = createHanded();
    handed.note("a", "Ada");

    assert.equal(handed.hear("a", { code, agent: "Mary", sender: "Noor" })?.code, code);
  }
});

test("he is told although the customer has no name", () => {
  const handed = keep()();
  handed.note("a", "");

  assert.equal(handed.hear("a", RETURNED).name, "");
});

test("what somebody else passed on is not told", () => {
  assert.equal(keep()().hear("b", RETURNED), null);
});

test("what was accepted does not come back", () => {
  const handed = keep()();
  handed.note("a", "Ada");

  assert.equal(handed.hear("a", { code: "transferred", agent: "Mary" }), null);
  assert.equal(handed.hear("a", { code: "accepted", agent: "Mary" }), null);
  assert.equal(handed.hear("a", RETURNED), null);
});

test("after a reload he is still told, once", () => {
  const open = keep();
  open().note("a", "Ada");

  assert.deepEqual(open().hear("a", DECLINED), { ...DECLINED, name: "Ada" });
  assert.equal(open().hear("a", RETURNED), null);
});

test("nobody is told of what somebody else passed on in this tab, or he himself before he signed out", () => {
  const open = keep();
  open().note("a", "Ada");
  open("mary");
  assert.equal(open().hear("a", DECLINED), null);

  const again = open();
  again.note("a", "Ada");
  again.clear();

  assert.equal(open().hear("a", DECLINED), null);
});
