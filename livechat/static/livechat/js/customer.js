/**
 * Who the customer is, and his requests. Kept in localStorage; where that is denied, by the page around.
 * Each person has a place of his own there, so that tabs of two people never take each other's token.
 *
 * createCustomer(company, keep) gives
 *   be(identity, kept) of the person that the page names, or of nobody: ""
 *   load(kept) · follow() what another tab kept · remember(news) · forget()
 *   known: {token, verified, name, identity, chat, seen, at}
 *   issue(identity?) → the answer; when it is ok there is a token now
 *   call(method, path, body?) → {ok, status, data}; status 0 when nobody could be reached
 */
import { shelf } from "../../parley/shelf.js";

/** Whom a signed identity names: read, not believed. Each page of his brings another one. */
function person(identity) {
  if (!identity) return "";
  try {
    return `.${JSON.parse(atob(identity.split(".")[0].replaceAll("-", "+").replaceAll("_", "/"))).external_id}`;
  } catch {
    return ".";
  }
}

export const createCustomer = (company, keep) => new Customer(company, keep);

class Customer {
  constructor(company, keep) {
    Object.assign(this, { company, keep, known: {}, shelf: shelf("localStorage") });
  }

  /** The token of whoever was here before him is not left behind. */
  be(identity, kept) {
    const all = `parley.${this.company}`;
    const key = all + person(identity);
    if (key === this.key) return;
    this.key = key;
    for (const old of this.shelf.keys()) if (old.startsWith(`${all}.`) && old !== key) this.shelf.drop(old);
    this.load(kept);
    if (all + person(this.known.identity) !== key) this.known = {};
  }

  load(kept) {
    try {
      this.known = JSON.parse(this.shelf.get(this.key) ?? kept) ?? {};
    } catch {
      this.known = {};
    }
  }

  /** That another tab forgot him is no news: this one hears from the server. */
  follow() {
    const { known } = this;
    this.load();
    if (!this.known.token) this.known = known;
  }

  save(known) {
    this.known = known;
    const text = JSON.stringify(known);
    this.shelf.set(this.key, text);
    if (this.shelf.denied) this.keep(text);
  }

  remember(news) {
    this.save({ ...this.known, ...news });
  }

  forget() {
    this.save({});
  }

  async issue(identity) {
    const answer = await this.call("POST", "customers/", { company: this.company, identity });
    if (answer.ok) this.remember({ ...answer.data, identity: identity ?? this.known.identity, at: Date.now() });
    return answer;
  }

  async call(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.known.token) headers.Authorization = `Customer ${this.known.token}`;
    const request = { method, headers, body: JSON.stringify(body), credentials: "omit", cache: "no-store" };
    try {
      const response = await fetch(`/api/v1/${path}`, request);
      const data = await response.json().catch(() => ({}));
      return { ok: response.ok, status: response.status, data };
    } catch {
      return { ok: false, status: 0, data: {} };
    }
  }
}
