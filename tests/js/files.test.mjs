import assert from "node:assert/strict";
import { test } from "node:test";
import { problemWith, show, sizeOf } from "../../livechat/static/livechat/js/files.js";
import { afterLine, shortly, spoken } from "../../livechat/static/livechat/js/rows.js";

const limits = { bytes: 1000, types: ["png", "txt"] };
const data = { id: "abc", name: "a.png", size: 86_000, width: 900, height: 600 };

test("a size is said as people say it", () => {
  assert.deepEqual([6, 1023, 86_000, 10 * 1024 * 1024].map((size) => sizeOf(size, "en")), ["6 bytes", "1,023 bytes", "84 kB", "10 MB"]);
});

test("what cannot be sent is known before it is", () => {
  const problems = [
    ["a.PNG", 1000],
    ["a.png", 1001],
    ["a.png", 0],
    ["a.exe", 1],
    ["png", 1],
    ["a.png.exe", 1],
  ].map(([name, size]) => problemWith({ name, size }, limits));

  assert.deepEqual(problems, [null, "large", "empty", "type", "type", "type"]);
});

function element(localName, image = null) {
  const size = {};
  const listeners = {};
  const found = { "[data-size]": size, img: image };
  return { localName, size, listeners, querySelector: (selector) => found[selector], addEventListener: (type, then) => (listeners[type] = then) };
}

test("a link leads to its file, which is saved under its name", () => {
  const link = element("a");

  show(link, data, { address: (id) => `/files/${id}/`, locale: "en" });

  assert.deepEqual([link.href, link.download, link.size.textContent], ["/files/abc/", "a.png", "84 kB"]);
});

test("an image has its place before it is there", () => {
  const image = {};
  const link = element("a", image);

  show(link, data, { address: (id) => `/files/${id}/`, locale: "en" });

  assert.deepEqual(image, { width: 900, height: 600, src: "/files/abc/?thumbnail" });
  assert.equal(link.download, undefined);
});

test("with a token an image is fetched, and given back when it is drawn", async () => {
  const image = {};
  const given = [];
  URL.createObjectURL = () => "blob:1";
  URL.revokeObjectURL = (url) => given.push(url);
  const asked = [];
  const read = async (url) => (asked.push(url), { ok: true, blob: async () => ({}) });

  show(element("button", image), data, { address: (id) => `/files/${id}/`, read });
  await new Promise((then) => setTimeout(then));
  image.onload();

  assert.deepEqual([asked, image.src, given], [["/files/abc/?thumbnail"], "blob:1", ["blob:1"]]);
});

test("an image that is not to be had leaves its name", async () => {
  const image = {};

  show(element("button", image), data, { address: (id) => `/files/${id}/`, read: async () => ({ ok: false }) });
  await new Promise((then) => setTimeout(then));

  assert.equal(image.src, undefined);
});

test("a file is said as a reply is, in few words", () => {
  const item = { kind: "file", body: "a.png", author: "customer", posted_at: "now" };

  assert.ok(spoken(item));
  assert.equal(shortly(item, { file: "sent a file: {file}" }), "sent a file: a.png");
  assert.equal(shortly(item, { yours: "You sent a file: {file}" }, true), "You sent a file: a.png");
  assert.equal(shortly({ kind: "reply", body: "Hi" }, {}), "Hi");
  assert.equal(shortly({ kind: "reply", body: "Hi" }, { you: "You: {text}" }, true), "You: Hi");
  assert.equal(afterLine("", item), "now");
  assert.equal(afterLine("then", { ...item, author: "agent" }), "");
});
