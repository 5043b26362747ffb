import assert from "node:assert/strict";
import { test } from "node:test";
import { createHanded } from "../../livechat/static/livechat/js/handed.js";

const DECLINED = { code: "transfer_declined", agent: "Mary" };
const RETURNED = { code: "transfer_returned", agent: "Mary" };

test("who passed a chat on is told once that it came back", () => {
  const handed = createHanded();
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
  const handed = createHanded();
  handed.note("a", "");

  assert.equal(handed.hear("a", RETURNED).name, "");
});

test("what somebody else passed on is not told", () => {
  assert.equal(createHanded().hear("b", RETURNED), null);
});

test("what was accepted does not come back", () => {
  const handed = createHanded();
  handed.note("a", "Ada");

  assert.equal(handed.hear("a", { code: "transferred", agent: "Mary" }), null);
  assert.equal(handed.hear("a", { code: "accepted", agent: "Mary" }), null);
  assert.equal(handed.hear("a", RETURNED), null);
});
