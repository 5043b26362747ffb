import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createCustomer } from "../../livechat/static/livechat/js/customer.js";
import { FakeStorage } from "./browser.mjs";

const identity = (external_id, nonce) => `${btoa(JSON.stringify({ external_id, nonce })).replace(/=+$/, "")}.signature`;
const customer = (who = "", kept = undefined) => {
  const one = createCustomer("halden", () => {});
  one.be(who, kept);
  return one;
};

beforeEach(() => {
  globalThis.localStorage = new FakeStorage();
});

test("pages of one person share a token, whatever their identities' nonces", () => {
  const rosa = identity("rosa", "1");
  customer(rosa).remember({ token: "T", identity: rosa });

  assert.equal(customer(identity("rosa", "2")).known.token, "T");
});

test("a page of nobody known has a place of its own", () => {
  customer().remember({ token: "anonymous" });
  const rosa = identity("rosa", "1");
  const his = customer(rosa);
  his.remember({ token: "T", identity: rosa });

  assert.deepEqual([his.known.token, customer().known.token], ["T", "anonymous"]);
});

test("somebody else's token is not left behind", () => {
  const rosa = identity("rosa", "1");
  customer(rosa).remember({ token: "T", identity: rosa });
  customer();

  assert.equal(customer(identity("rosa", "2")).known.token, undefined);
});

test("what the page around kept of another person is not used", () => {
  const kept = JSON.stringify({ token: "T", identity: identity("rosa", "1") });

  assert.equal(customer(identity("tomasz", "1"), kept).known.token, undefined);
  assert.equal(customer(identity("rosa", "2"), kept).known.token, "T");
});

test("a tab goes on when another one forgot", () => {
  const one = customer();
  one.remember({ token: "T" });
  customer().forget();
  one.follow();

  assert.equal(one.known.token, "T");
});

test("an identity that cannot be read is nobody's", () => {
  const strange = customer("strange");
  strange.remember({ token: "T", identity: "strange" });

  assert.equal(customer().known.token, undefined);
});
