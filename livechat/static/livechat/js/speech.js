/**
 * What a screen reader is told of the chats, and how often at most.
 *
 * createSpeech({texts, name(chat), reads(chat), wants(kind)}) gives
 *   say(text, urgent?) · waiting({name, queue})   a new chat in the queue
 *   line(chat, item)                  what somebody else wrote or did
 */
import { createAnnouncer } from "./announce.js";
import { phrase } from "./phrase.js";
import { shortly, spoken } from "./rows.js";

const OPEN = 3000; // between two readings of lines in the open chat
const ELSEWHERE = 10_000; // … and in others

const first = (name) => name.split(" ")[0];

export function createSpeech({ texts, name, reads, wants }) {
  const { say, message } = createAnnouncer();
  const others = createAnnouncer();
  const line = (chat, item) => {
    const { kind, author, data } = item;
    const who = first(name(chat));
    if (kind === "event" && data.code === "cancelled" && (reads(chat) || wants("cancelled"))) say(phrase(texts.left, { name: who }));
    if (!spoken(item) || author !== "customer") return;
    const count = (n) => phrase(texts.more, { n });
    if (reads(chat)) message(phrase(texts.said, { name: who, text: shortly(item, texts) }), count, OPEN);
    else if (wants("message")) others.message(phrase(texts.elsewhere, { n: 1, name: who }), count, ELSEWHERE);
  };
  return { say, line, waiting: (values) => wants("chat") && say(phrase(texts.waiting, values), true) };
}
