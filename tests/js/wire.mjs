/** A small server: stores messages once, numbers them, and answers as `delivery.md` says. */
export const CHAT = "chat-000000000000000000";

export function item(seq, more = {}) {
  return {
    seq,
    after: seq - 1,
    client_id: `client-${String(seq).padStart(8, "0")}`,
    kind: "reply",
    author: "agent",
    author_name: "Noor H.",
    body: `Line ${seq}`,
    data: {},
    posted_at: new Date(Date.UTC(2026, 0, 5, 10, 0, seq)).toISOString(),
    ...more,
  };
}

export const frame = (items, head = items.at(-1)?.seq ?? 0) => ({ type: "messages", chat: CHAT, head, items });

export class Store {
  constructor({ hidden = () => false } = {}) {
    this.rows = [];
    this.hidden = hidden;
  }

  /** The same ack for a repeat. */
  post({ client_id, author = "customer", kind = "reply", body = "" }) {
    let row = this.rows.find((old) => old.client_id === client_id && old.author === author);
    if (!row) {
      const seq = this.rows.length + 1;
      row = item(seq, { client_id, author, kind, body, after: this.heard().at(-1)?.seq ?? 0 });
      this.rows.push(row);
    }
    return { type: "ack", client_id, chat: CHAT, seq: row.seq, posted_at: row.posted_at };
  }

  heard() {
    return this.rows.filter((row) => !this.hidden(row));
  }

  get head() {
    return this.heard().at(-1)?.seq ?? 0;
  }

  history({ after, before, limit = 200 }) {
    const rows = this.heard();
    const page =
      after === undefined
        ? rows.filter((row) => row.seq < before).slice(-limit)
        : rows.filter((row) => row.seq > after).slice(0, limit);
    return frame(page, this.head);
  }
}
