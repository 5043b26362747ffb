/**
 * Articles in the open chat.
 *
 * share({conv, chat, live}, article) → {ok, status, problem}   as an answer of fragment.js; tried again
 *   after no answer it is the same message, so that nobody gets it twice
 * asked(text, caret) → what stands behind a # at the caret, or null
 * mark(conv, rows)   cards lead to their articles, and say whether the customer has opened them
 */
import { makeClientId } from "./outbox.js";

const ids = new Map();
const BEHIND = /(?:^|\s)#([^\n#]{0,60})$/;

export function asked(text, caret = text.length) {
  return BEHIND.exec(text.slice(0, caret))?.[1] ?? null;
}

export async function share({ conv, chat, live }, article) {
  const key = `${chat} ${article}`;
  if (!ids.has(key)) ids.set(key, makeClientId());
  const body = { article, client_id: ids.get(key), epoch: live.epoch(chat) };
  const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value };
  try {
    const response = await fetch(conv.dataset.shares, { method: "POST", headers, body: JSON.stringify(body), mode: "same-origin" });
    const { ok, status } = response;
    if (ok) ids.delete(key);
    return { ok, status, problem: ok ? {} : await response.json().catch(() => ({})) };
  } catch {
    return { ok: false, status: 0, problem: {} };
  }
}

export function mark(conv, rows) {
  const opened = conv.dataset.opened.split(" ");
  for (const { key, item } of rows.filter((row) => row.item.kind === "article")) {
    const card = conv.querySelector(`[data-article][data-key="${CSS.escape(key)}"]`);
    if (!card) continue;
    card.href = conv.dataset.articles.replace("ARTICLE", item.data.id);
    card.querySelector("[data-saw]").hidden = !opened.includes(item.data.id);
  }
}
