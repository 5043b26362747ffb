import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createAnswers } from "../../livechat/static/livechat/js/answers.js";
import { Shelf } from "../../config/static/parley/shelf.js";
import { FakeStorage } from "./browser.mjs";

const TICKET = "ticket-a";
const LOST = { ok: false, status: 0, data: {} };
const refused = (status, code) => ({ ok: false, status, data: { code } });

let storage;
let asked;
let waited;
let next;
let answers;

/** What the server answers next; when nothing is named, that it stands. */
const reply = ({ client_id, body }) => next.shift() ?? { ok: true, status: 201, data: { own: true, client_id, body } };
const make = () => {
  let made = asked.length;
  const call = async (method, path, sent) => {
    asked.push({ method, path, ...sent });
    return reply(sent);
  };
  const wait = async (ms) => waited.push(ms);
  return createAnswers({ tab: new Shelf(() => storage), call, wait, makeId: () => `client-${(made += 1)}` });
};
const ids = () => asked.map(({ client_id }) => client_id);
const send = (body, ticket = TICKET) => {
  answers.write(ticket, body);
  return answers.send(ticket, body);
};

beforeEach(() => {
  storage = new FakeStorage();
  asked = [];
  waited = [];
  next = [];
  answers = make();
});

test("what is written is kept in the tab, of each ticket", () => {
  answers.write(TICKET, "It starts");
  assert.equal(make().written(TICKET), "It starts");
  assert.equal(make().written("ticket-b"), "");
});

test("what stands there is written no more, and nothing of it is kept", async () => {
  const { ok } = await send("It starts");
  assert.ok(ok);
  assert.deepEqual(asked, [{ method: "POST", path: "tickets/ticket-a/comments/", client_id: "client-1", body: "It starts" }]);
  assert.equal(answers.written(TICKET), "");
  assert.deepEqual(new Shelf(() => storage).keys(), []);
});

test("the same text later is another comment", async () => {
  await send("Thanks");
  await send("Thanks");
  assert.deepEqual(ids(), ["client-1", "client-2"]);
});

test("while nobody answers it is tried three times under one id, and kept", async () => {
  next = [LOST, refused(503, "try_again"), LOST];
  const { ok, status } = await send("It starts");
  assert.deepEqual([ok, status], [false, 0]);
  assert.deepEqual(ids(), ["client-1", "client-1", "client-1"]);
  assert.deepEqual(waited, [1000, 3000, 0]);
  assert.equal(answers.written(TICKET), "It starts");
});

test("sent again, also after a reload, it is the same comment", async () => {
  next = [LOST, LOST, LOST];
  await send("It starts");
  answers = make();
  await send("It starts");
  assert.deepEqual(new Set(ids()), new Set(["client-1"]));
  assert.equal(asked.length, 4);
  assert.equal(answers.written(TICKET), "");
});

test("another text is another comment", async () => {
  next = [LOST, LOST, LOST];
  await send("It starts");
  await send("It starts now");
  assert.equal(asked.at(-1).client_id, "client-2");
});

test("who was too quick repeats the same, and whose token is not good any more", async () => {
  next = [refused(429, "rate_limited"), refused(401, "not_authenticated")];
  for (let n = 0; n < 3; n += 1) await send("It starts");
  assert.deepEqual(ids(), ["client-1", "client-1", "client-1"]);
  assert.deepEqual(waited, []);
});

test("what is refused is kept as a text, not as a comment", async () => {
  next = [refused(409, "bad_text")];
  await send("It starts");
  assert.equal(answers.written(TICKET), "It starts");
  await send("It starts");
  assert.deepEqual(ids(), ["client-1", "client-2"]);
});

test("when the answer was lost and it stands there, it is written no more", async () => {
  next = [LOST, LOST, LOST];
  await send("It starts");
  answers.settle(TICKET, [{ client_id: null, body: "It starts" }]);
  assert.equal(answers.written(TICKET), "It starts");
  answers.settle(TICKET, [{ client_id: "client-1", body: "It starts" }]);
  assert.equal(answers.written(TICKET), "");
});

test("what is heard to stand there is not repeated", async () => {
  next = [LOST];
  answers.wait = async () => answers.settle(TICKET, [{ client_id: "client-1", body: "It starts" }]);
  const { ok, data } = await send("It starts");
  assert.deepEqual([ok, data], [true, null]);
  assert.equal(asked.length, 1);
});

test("what was written meanwhile stays", async () => {
  answers.write(TICKET, "It starts");
  const sending = answers.send(TICKET, "It starts");
  answers.write(TICKET, "It starts\nand stops");
  await sending;
  assert.equal(answers.written(TICKET), "and stops");
  const again = answers.send(TICKET, "and stops");
  answers.write(TICKET, "No:");
  await again;
  assert.equal(answers.written(TICKET), "No:");
});
