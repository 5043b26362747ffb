/**
 * An article over the widget, in a frame of its own: opened from a card of the chat, or from what was
 * suggested for the question. Imported when the first one is opened.
 *
 * open(widget, {id, title, minutes?}, chat?)   chat: the one it was shared in, which is told that it was opened
 */
import { part } from "./parts.js";
import { phrase } from "./phrase.js";

const dialog = document.querySelector("[data-reader]");
const around = document.querySelector(".wg");
const one = (name) => dialog.querySelector(`[data-${name}]`);
const told = new Set(); // by chat and article
let opened = null;

export function open(widget, article, chat = null) {
  if (dialog.open) return;
  const back = document.activeElement;
  opened = { widget, article, chat, back, byKeys: back.matches(":focus-visible") };
  dialog.setAttribute("aria-label", article.title);
  one("minutes").textContent = article.minutes ? phrase(widget.texts.minutes, { n: article.minutes }) : "";
  one("choices").hidden = Boolean(chat);
  load();
  dialog.showModal();
}

/** A frame is made anew each time: another address in the same one would be a step back in the page's history. */
function load() {
  const { widget, article } = opened;
  const frame = part("article-page");
  frame.title = article.title;
  frame.src = `/widget/${widget.company}/articles/${article.id}/`;
  frame.addEventListener("load", () => dialog.open && loaded(frame), { once: true });
  one("page").replaceChildren(frame);
  one("page").setAttribute("aria-busy", true);
  one("lost").hidden = one("solved").disabled = true;
}

/** What is no page of ours, as when nobody could be reached, shows nothing of itself. */
function loaded(frame) {
  const page = frame.contentDocument?.querySelector("main[data-article], main[data-missing]");
  one("page").setAttribute("aria-busy", false);
  one("lost").hidden = Boolean(page);
  if (!page) return frame.remove();
  const there = "article" in page.dataset;
  one("solved").disabled = !there;
  frame.contentDocument.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close());
  if (opened.byKeys && document.activeElement === one("shut")) page.focus({ preventScroll: true }); // Arrows scroll at once.
  if (there) tell(opened);
}

async function tell({ widget, article, chat }) {
  const key = `${chat} ${article.id}`;
  if (!chat || told.has(key)) return;
  told.add(key);
  const { ok, status } = await widget.customer.call("POST", `chats/${chat}/articles/${article.id}/opened/`, {});
  if (!ok && status !== 404) told.delete(key);
}

// --- Ways out ------------------------------------------------------------------------------------

dialog.addEventListener("close", () => {
  if (dialog.open) return; // Again already.
  const { back, widget } = opened;
  one("page").replaceChildren();
  if (back.isConnected && back !== document.body) back.focus();
  else widget.focus();
});

// The page around may close the widget: nothing may stay over what is left of it.
new MutationObserver(() => around.hidden && dialog.close()).observe(around, { attributes: true, attributeFilter: ["hidden"] });

const ways = {
  shut: () => dialog.close(),
  again: () => (load(), one("shut").focus()),
  still() {
    opened.back = opened.widget.fields.question;
    dialog.close();
  },
  solved() {
    const { widget, article } = opened;
    widget.customer.call("POST", `articles/${article.id}/solved/`, { company: widget.company });
    dialog.close();
    if (!widget.chat) rest(widget); // Another tab may have begun one.
  },
};
for (const [name, way] of Object.entries(ways)) one(name).addEventListener("click", way);

/** Nothing is open any more; the question comes back if he asks it after all. */
function rest(widget) {
  const { question } = widget.fields;
  const kept = question.value;
  const leave = (text) => {
    question.value = text;
    widget.ask();
  };
  widget.asking = null;
  question.value = "";
  widget.draft("");
  widget.show("solved");
  widget.look();
  document.querySelector("[data-anyway]").onclick = () => (leave(kept), widget.focus());
  document.querySelector("[data-done]").onclick = () => (leave(""), widget.turn(false, true));
  widget.focus();
}
