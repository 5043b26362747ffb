import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const source = readFileSync(new URL("../../livechat/static/livechat/js/embed.js", import.meta.url), "utf8");

/** A page with the script in it: `frame` loads or speaks when the test says so, and `later` runs what waits. */
function page() {
  const on = {};
  const said = [];
  const timers = [];
  const frame = {
    style: { setProperty() {} },
    contentWindow: { postMessage() {} },
    addEventListener: (type, deed) => (on[type] = deed),
  };
  const window = { addEventListener: (type, deed) => (on[type] = deed), matchMedia: () => ({ addEventListener() {} }) };
  const attributes = { "data-company": "c" };
  const document = {
    currentScript: { src: "https://desk.example/embed.js", getAttribute: (name) => attributes[name] },
    getElementById: () => null,
    createElement: () => frame,
    documentElement: { appendChild() {} },
  };
  runInNewContext(source, {
    document,
    window,
    URL,
    console: { warn: (text) => said.push(text) },
    location: { origin: "https://shop.example" },
    setTimeout: (deed) => timers.push(deed),
  });
  const speak = (data) => on.message({ source: frame.contentWindow, origin: "https://desk.example", data });
  return { said, load: () => on.load(), speak, later: () => timers.splice(0).forEach((deed) => deed()) };
}

test("a page that is not listed is told who has to list which origin", () => {
  const { said, load, later } = page();

  load();
  later();

  assert.equal(said.length, 1);
  assert.match(said[0], /https:\/\/shop\.example.*allowed origins/);
});

test("a frame that answers is not doubted", () => {
  const { said, load, speak, later } = page();

  load();
  speak({ type: "shape", open: false, title: "Chat" });
  later();

  assert.deepEqual(said, []);
});
