/**
 * What was written on a ticket and is not saved: kept in this browser for some days, whatever
 * happens to the page. Signing out forgets it, and so does somebody else who signs in here.
 *
 * createDrafts(user, storage?, now?) gives
 *   get(ticket, what)            {values: [[name, value], …], version, at, sent} or null
 *   set(ticket, what, draft)     what: "edit" or "say"; no draft: forget it
 *   settle(chat)                 it has its ticket: what was written into forms for one has arrived
 * keepForm(form, {drafts, ticket, what, version, changed()})
 *   restore()                    the draft's moment when it was written into the form, or null
 *   drop()                       it is saved, or not wanted
 */
import { shelf } from "../../parley/shelf.js";
import { KEPT, SIGN_OUT } from "../../parley/signingout.js";

const PREFIX = `${KEPT}ticket.`;
const DAYS = 7;
const SOON = 300;

export function createDrafts(user, storage = shelf("localStorage"), now = Date.now) {
  const mine = `${PREFIX}${user}.`;
  const key = (ticket, what) => `${mine}${ticket}.${what}`;
  const read = (at) => {
    try {
      const draft = JSON.parse(storage.get(at));
      return draft && now() - draft.at < DAYS * 86_400_000 ? draft : null;
    } catch {
      return null;
    }
  };
  const stale = (at) => at.startsWith(PREFIX) && !(at.startsWith(mine) && read(at));
  storage.keys().filter(stale).forEach((at) => storage.drop(at));
  const set = (ticket, what, draft) => {
    if (draft) storage.set(key(ticket, what), JSON.stringify({ ...draft, at: now() }));
    else storage.drop(key(ticket, what));
  };
  const settle = (chat) => storage.keys().filter((at) => at.startsWith(`${mine}${chat}.`)).forEach((at) => storage.drop(at));
  return { get: (ticket, what) => read(key(ticket, what)), set, settle };
}

export const keepForm = (form, options) => new KeptForm(form, options);

class KeptForm {
  constructor(form, options) {
    Object.assign(this, { form, ...options });
    for (const event of ["input", "change"]) form.addEventListener(event, () => this.soon());
    addEventListener("pagehide", () => this.timer && this.keep());
    addEventListener("submit", ({ target }) => target.matches(SIGN_OUT) && this.drop());
  }

  soon() {
    this.timer ??= setTimeout(() => this.keep(), SOON);
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = null;
    const said = [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    this.put(this.changed() ? { values: said, version: this.version } : null);
  }

  put(draft) {
    this.drafts.set(this.ticket, this.what, draft);
  }

  /** On its way; whether it was saved shows the next page. */
  sent() {
    this.keep();
    const draft = this.drafts.get(this.ticket, this.what);
    if (draft) this.put({ ...draft, sent: true });
  }

  drop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.put(null);
  }

  restore() {
    const draft = this.drafts.get(this.ticket, this.what);
    if (!draft) return null;
    for (const [name, value] of draft.values) this.write(this.form.elements[name], value);
    return draft.at;
  }

  write(field, value) {
    if (!field) return; // Fields come and go with what the administrator asks for.
    field.value = value;
    const told = field.dispatchEvent ? field : [...field].find(({ checked }) => checked);
    told?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
