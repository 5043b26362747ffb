/**
 * What lines say of their chat beside the conversation. Pure.
 *
 * spoken(item)                    whether it is said by one side to the other: a reply, a file or an article
 * shortly(item, texts, own?)      its words in a row, or read out; own: the reader wrote it
 * afterLine(since, item)          since when the customer waits for a reply; "" when he does not
 * afterCount(known, head, n)      unread lines, when the server counts `n` up to `head`
 * unheard(items)                  whether the customer was asked if he is still there, and nobody has spoken since
 */
import { phrase } from "./phrase.js";

export const spoken = ({ kind }) => ["reply", "file", "article"].includes(kind);

export function shortly({ kind, body }, { file, yours, article, your_article: sent, you }, own = false) {
  if (kind === "file") return phrase(own ? yours : file, { file: body });
  if (kind === "article") return phrase(own ? sent : article, { article: body });
  return own ? phrase(you, { text: body }) : body;
}

export function afterLine(since, { kind, author, posted_at }) {
  if (!spoken({ kind })) return since;
  return author === "customer" ? since || posted_at : "";
}

export function afterCount(known, head, n) {
  if (!known) return { count: n, upto: head };
  if (head <= known.upto) return known;
  return { count: Math.min(n, known.count + head - known.upto), upto: head };
}

export function unheard(items) {
  const last = items.findLast(({ kind, data }) => kind === "reply" || data?.code === "idle");
  return last?.data?.code === "idle";
}
