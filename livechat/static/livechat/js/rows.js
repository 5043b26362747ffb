/**
 * What lines say of their chat beside the conversation. Pure.
 *
 * afterLine(since, item)          since when the customer waits for a reply; "" when he does not
 * afterCount(known, head, n)      unread lines, when the server counts `n` up to `head`
 * unheard(items)                  whether the customer was asked if he is still there, and nobody has spoken since
 */
export function afterLine(since, { kind, author, posted_at }) {
  if (kind !== "reply") return since;
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
