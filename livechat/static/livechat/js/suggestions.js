/**
 * Articles that may help, under the question while it is being written. Nothing waits for them, and what
 * goes wrong is not told.
 *
 * suggest(widget)   of the question as it stands; from then on of what is typed
 * createSuggester({ask(text) → articles or null, draw(articles), wait?, later?, never?})
 *   gives typed(text): asks once typing pauses; what comes for an older text is dropped; null changes nothing
 * createCalm({draw(rows), moved() → when the pointer moved, rest?, now?, later?, never?})
 *   gives draw(rows): once the pointer rests, so that nothing moves away under it
 */
import { part } from "./parts.js";
import { phrase } from "./phrase.js";

const WAIT = 400;
const REST = 500;
const LEAST = 8;
const MOST = 1000; // as much as the server looks at
const BACK_OFF = 60;

const timers = { later: (then, ms) => setTimeout(then, ms), never: (timer) => clearTimeout(timer) };

export function createSuggester({ ask, draw, wait = WAIT, later = timers.later, never = timers.never }) {
  let known = "";
  let timer = null;
  return (typed) => {
    const letters = [...typed.trim()];
    const text = letters.slice(0, MOST).join("");
    if (text === known) return;
    known = text;
    never(timer);
    if (letters.length < LEAST) return draw([]);
    timer = later(async () => {
      const found = await ask(text);
      if (found && text === known) draw(found);
    }, wait);
  };
}

export function createCalm({ draw, moved, rest = REST, now = Date.now, later = timers.later, never = timers.never }) {
  let timer = null;
  const calm = (rows) => {
    never(timer);
    const left = moved() + rest - now();
    if (left > 0) timer = later(() => calm(rows), left);
    else draw(rows);
  };
  return calm;
}

let typed = null;

export function suggest(widget) {
  const { question } = widget.fields;
  typed ??= watch(widget, question);
  // What was sent or taken away has nothing to suggest; what is being written may have begun before this was here.
  if (!question.value || document.activeElement === question) typed(question.value);
}

function watch(widget, question) {
  let moved = 0;
  for (const name of ["pointermove", "pointerdown"]) question.form.addEventListener(name, () => (moved = Date.now()));
  const draw = createCalm({ draw: list(widget), moved: () => moved });
  const made = createSuggester({ ask: asking(widget), draw });
  question.addEventListener("input", () => made(question.value));
  return made;
}

function asking({ company, customer }) {
  let quiet = 0;
  return async (text) => {
    if (Date.now() < quiet) return null;
    const { ok, status, data } = await customer.call("POST", "articles/suggestions/", { company, text });
    if (status === 429) quiet = Date.now() + (data.retry_after ?? BACK_OFF) * 1000;
    return ok ? data.results : null;
  };
}

/** Whoever is on one of them with the keyboard stays there. */
function list(widget) {
  const place = document.querySelector("[data-suggested]");
  let shown = "[]";
  return (articles) => {
    const now = JSON.stringify(articles);
    if (now === shown || place.contains(document.activeElement)) return;
    shown = now;
    place.hidden = !articles.length;
    place.querySelector("[data-suggested-rows]").replaceChildren(...articles.map((article) => row(widget, article)));
    if (articles.length) widget.announcer.say(phrase(widget.texts.helping, { n: articles.length }));
  };
}

function row(widget, article) {
  const { title, minutes } = article;
  const made = part("suggestion", { title, minutes: phrase(widget.texts.minutes, { n: minutes }) });
  made.addEventListener("click", async () => {
    const { open } = await import("./reader.js");
    open(widget, article);
  });
  return made;
}
