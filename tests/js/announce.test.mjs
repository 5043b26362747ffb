import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createAnnouncer } from "../../livechat/static/livechat/js/announce.js";
import { createBanner } from "../../livechat/static/livechat/js/banner.js";

function page() {
  const regions = { polite: { textContent: "" }, assertive: { textContent: "" } };
  return { regions, root: { querySelector: (selector) => regions[selector.match(/=(\w+)/)[1]] } };
}

test("one message at once, those that follow as a count every three seconds", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { regions, root } = page();
  const { message } = createAnnouncer(root);
  for (const text of ["one", "two", "three"]) message(text, (n) => `${n} new`);
  assert.equal(regions.polite.textContent, "one");
  mock.timers.tick(3000);

  assert.equal(regions.polite.textContent, "2 new");
  mock.timers.reset();
});

test("what is urgent interrupts", () => {
  const { regions, root } = page();
  createAnnouncer(root).say("Reconnecting", true);

  assert.deepEqual([regions.polite.textContent, regions.assertive.textContent], ["", "Reconnecting"]);
});

function banners() {
  const all = ["reconnecting", "offline", "online"].map((banner) => ({ dataset: { banner }, hidden: true, textContent: banner }));
  const show = createBanner({ querySelectorAll: () => all });
  return { show, shown: () => all.filter(({ hidden }) => !hidden).map(({ textContent }) => textContent) };
}

test("a short loss is not mentioned, a longer one after two seconds", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { show, shown } = banners();
  show("reconnecting");
  mock.timers.tick(1900);
  show("online");
  mock.timers.tick(5000);
  assert.deepEqual(shown(), []);
  show("reconnecting");
  mock.timers.tick(2000);

  assert.deepEqual(shown(), ["reconnecting"]);
  mock.timers.reset();
});

test("back online is said for three seconds", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { show, shown } = banners();
  show("offline");
  mock.timers.tick(2000);
  show("online");
  assert.deepEqual(shown(), ["online"]);
  mock.timers.tick(3000);

  assert.deepEqual(shown(), []);
  mock.timers.reset();
});
