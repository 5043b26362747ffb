import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, span } from "../../livechat/static/livechat/js/times.js";

const now = () => Date.parse("2026-11-23T12:00:00Z");
const british = clock({ locale: "en-GB", now, zone: "UTC" });

for (const [iso, text] of [
  ["2026-11-23T10:42:00Z", "10:42"],
  ["2026-11-22T10:42:00Z", "Yesterday 10:42"],
  ["2026-11-19T10:42:00Z", "19 Nov 10:42"],
  ["2025-11-19T10:42:00Z", "19 Nov 2025 10:42"],
]) {
  test(`${iso} reads ${text}`, () => assert.equal(british.short(iso), text));
}

test("twelve or twenty-four hours by locale", () => {
  assert.match(clock({ locale: "en-US", now, zone: "UTC" }).short("2026-11-23T15:05:00Z"), /3:05.PM/);
});

test("the words are of the page's language", () => {
  assert.equal(clock({ locale: "de", now, zone: "UTC" }).label("2026-11-22T10:00:00Z"), "Gestern");
});

test("a day begins where the viewer is", () => {
  const auckland = clock({ locale: "en-GB", now, zone: "Pacific/Auckland" });

  assert.equal(british.day("2026-11-22T23:00:00Z"), "2026-11-22");
  assert.equal(auckland.day("2026-11-22T23:00:00Z"), "2026-11-23");
});

for (const [seconds, text] of [[0, "0:00"], [24, "0:24"], [468, "7:48"], [3599, "59:59"], [4320, "1 h 12 min"], [-3, "0:00"]]) {
  test(`${seconds} seconds read ${text}`, () => assert.equal(span(seconds), text));
}

test("an opening soon is named by its weekday, a later one by its date", () => {
  const now = () => Date.parse("2026-12-07T20:00:00Z");
  const { soon } = clock({ locale: "en-GB", zone: "Europe/Berlin", now });

  assert.match(soon("2026-12-08T07:00:00Z"), /^Tuesday 0?8:00$/);
  assert.match(soon("2026-12-13T07:00:00Z"), /^Sunday 0?8:00$/);
  assert.match(soon("2026-12-14T07:00:00Z"), /Monday.* 14 December .*8:00/);
});
