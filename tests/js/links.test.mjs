import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../livechat/static/livechat/js/links.js";

const links = (text) => pieces(text).filter(({ href }) => href).map((piece) => piece.text);
const whole = (text) => pieces(text).map((piece) => piece.text).join("");

test("addresses become links and the text stays as it was", () => {
  const text = "See https://example.com/a?b=1#c, or HTTP://EXAMPLE.ORG.";

  assert.deepEqual(links(text), ["https://example.com/a?b=1#c", "HTTP://EXAMPLE.ORG"]);
  assert.equal(whole(text), text);
});

test("brackets around an address are not part of it, brackets in it are", () => {
  assert.deepEqual(links("(https://example.com/x) https://example.com/a_(b)"), ["https://example.com/x", "https://example.com/a_(b)"]);
});

for (const text of [
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "https://",
  "http://[",
  "https://bank.example@evil.example/",
  "ftp://example.com",
  "javascript://https:/%0aalert(1)",
  "plain text",
  "",
]) {
  test(`no link is made of ${JSON.stringify(text)}`, () => {
    assert.deepEqual([links(text), whole(text)], [[], text]);
  });
}

test("markup stays text beside a link", () => {
  const text = '<a href="https://example.com/">x</a><img src=x onerror=alert(1)>';

  assert.deepEqual([links(text), whole(text)], [["https://example.com/"], text]);
});

test("eight thousand hostile characters are all there afterwards", () => {
  for (const piece of ["http://", "https://a", ")", "https://a)", "https://[", "(((", "."]) {
    const text = `https://a/${piece.repeat(Math.floor(7900 / piece.length))}`;
    assert.equal(whole(text), text);
  }
});
