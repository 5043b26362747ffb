import assert from "node:assert/strict";
import { test } from "node:test";
import { marked, problemWith } from "../../knowledge/static/knowledge/js/images.js";

const limits = { types: ["png", "jpg"], bytes: 1000 };

test("what is no image, or too large, is known before it goes", () => {
  const found = [
    ["a.PNG", 1000],
    ["a.png", 1001],
    ["a.svg", 1],
    ["png", 1],
    ["a.png.exe", 1],
  ].map(([name, size]) => problemWith({ name, size }, limits));

  assert.deepEqual(found, [null, "large", "type", "type", "type"]);
});

test("its name is what it shows, and no sign of Markdown", () => {
  assert.equal(marked("VPN profile 3.4.png", "abc"), "![VPN profile 3.4](image:abc)");
  assert.equal(marked("a](x)![b.png", "abc"), "![a (x)  b](image:abc)");
});
