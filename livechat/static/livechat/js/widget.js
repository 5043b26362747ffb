/** The customer's widget: ask, wait, chat, end. */
import { createAnnouncer } from "./announce.js";
import { createBanner } from "./banner.js";
import { stale, view } from "./conversation.js";
import { createCustomer } from "./customer.js";
import { $, $$, counter, head, launcher, put, show, waits } from "./frame.js";
import { createHost } from "./host.js";
import { createLive } from "./live.js";
import { makeClientId } from "./outbox.js";
import { phrase } from "./phrase.js";
import { Shelf } from "../../parley/shelf.js";
import { connect } from "./socket.js";
import { createTranscript } from "./transcript.js";

const PLACE = 20_000; // asked for anyway
const CALM = 5000; // and not more often than this
const RENEW = 86_400_000; // a token lives 30 days
const LIVE = ["queued", "assigned", "transferred"];
const DRAFT = "draft.";

class Widget {
  constructor({ company, origins, question, body, hours, texts }) {
    Object.assign(this, { company, hours, texts, show, connect, makeClientId, limits: { question, body }, chat: null, open: false, asked: 0 });
    this.host = createHost(origins, (message) => this.hear(message));
    this.customer = createCustomer(company, (value) => this.host.tell({ type: "keep", value }));
    this.announcer = createAnnouncer();
    this.banner = createBanner($("[data-banners]"), { say: this.announcer.say });
    this.transcript = createTranscript($(".stream"), {
      onAct: (...act) => this.act(...act),
      onFile: (...file) => this.filing.then((show) => show(...file)),
    });
    this.tab = new Shelf(() => sessionStorage, (tab) => this.customer.remember({ tab }));
    this.fields = { question: $("[name=question]"), body: $("[name=body]") };
    this.listen();
    show("loading");
    if (this.host.alone) this.hear({ type: "hello", open: true, sheet: true });
  }

  listen() {
    addEventListener("submit", (event) => this.submit(event));
    addEventListener("input", ({ target }) => this.typed(target));
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("click", ({ target }) => this.do(target.closest("[data-do]")?.dataset.do));
    addEventListener("visibilitychange", () => (this.look(), this.check()), true);
    addEventListener("storage", ({ key }) => key === this.customer.key && this.follow());
    ondragover = ondrop = ({ dataTransfer }) => !dataTransfer.types.includes("Files"); // Else they open here.
    setInterval(() => (this.chat?.status === "queued" && !document.hidden ? this.refresh() : this.check()), PLACE);
  }

  /** From the page around. */
  hear({ type, open, sheet, kept, identity }) {
    if (sheet !== undefined) document.documentElement.dataset.shape = sheet ? "sheet" : "corner";
    if (identity !== undefined) this.identity = identity;
    if (type === "hello") {
      this.customer.be(this.identity, kept);
      this.tab.fill(this.customer.known.tab);
    }
    if (open !== undefined) this.turn(open, type === "open");
    if (type === "hello" || type === "identify") this.resume();
  }

  do(what) {
    put("[data-fault]", "");
    if (what === "open") this.turn(!this.open, true);
    if (what === "close") this.turn(false, true);
    if (what === "again") this.resume();
    if (what === "wake") this.live?.socket.wake();
    if (what === "new") this.renew();
    if (what === "leave") $("dialog").showModal();
    if (what === "stay") $("dialog").close();
    if (what === "cancel") this.cancel();
    if (what === "instead") this.desk().then(({ instead }) => instead(this));
  }

  key(event) {
    if (event.key === "Escape" && !$("dialog[open]")) this.turn(false, true);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target !== this.fields.body) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  turn(open, asked) {
    this.open = open || this.host.alone;
    this.look();
    this.check();
    if (asked && this.open) this.focus();
    if (asked && !this.open) $("[data-launch]").focus();
    if (asked && this.open && this.identity && !this.customer.known.token) this.resume();
  }

  focus() {
    ($$("[data-focus]:not([hidden] *)")[0] ?? $(".wg")).focus();
  }

  /** Each identity is tried once a page; an anonymous chat under way is kept. */
  async identify() {
    const { customer, identity = "" } = this;
    if (customer.known.token && !customer.known.identity && LIVE.includes(this.chat?.status)) return;
    customer.be(identity);
    const { token, verified, at, identity: known = "", chat, seen } = customer.known;
    const good = (verified && Date.now() - at < RENEW) || [known, this.tried].includes(identity);
    if (token ? good : !identity || !this.open) return;
    this.tried = identity;
    customer.forget();
    if ((await customer.issue(identity)).ok) customer.remember({ chat, seen }); // If it is his.
  }

  /** Another tab began, ended or read a chat. */
  follow() {
    const { token, chat } = this.customer.known;
    this.customer.follow();
    const { known } = this.customer;
    if (token !== known.token || chat !== known.chat) this.resume();
    else this.look();
  }

  resume() {
    this.resuming = Promise.resolve(this.resuming).then(() => this.find());
  }

  /** The chat under way, or the one that was looked at last. */
  async find() {
    await this.identify();
    const { known } = this.customer;
    if (!known.token) return this.ask();
    if (Date.now() - known.at > RENEW) await this.customer.issue();
    const { ok, status, data } = await this.customer.call("GET", "chats/");
    if (status === 401) return this.strange();
    if (!ok) return this.unreachable();
    const chat = data.results.find((one) => LIVE.includes(one.status)) ?? data.results.find(({ id }) => id === known.chat);
    await (chat ? this.enter(chat) : this.ask());
  }

  unreachable() {
    if (show("unreachable")) setTimeout(() => document.body.dataset.shown === "unreachable" && this.resume(), 10_000);
    this.look();
  }

  /** The token is not good any more: begin anew, with what was written. */
  strange() {
    const unsent = this.live?.outbox.entries().map(({ body }) => body) ?? [];
    this.draft([...unsent, this.fields.body.value || this.draft()].filter(Boolean).join("\n"));
    this.customer.forget();
    this.ask();
    $("[data-forgotten]").hidden = false;
  }

  draft(text) {
    const key = DRAFT + this.customer.key; // Whoever comes next writes his own.
    if (text !== undefined) this.tab.set(key, text);
    return this.tab.get(key) ?? "";
  }

  leave() {
    this.live?.stop();
    this.live = this.chat = null;
    this.banner("closed");
  }

  ask() {
    this.leave();
    this.fields.question.value ||= this.draft();
    this.offer();
    this.check();
  }

  /** Outside chat hours there is nothing to start; what was written stays in its field. */
  offer() {
    const { open, message, until, leave } = this.hours;
    const { question } = this.fields;
    put("[data-closed]", message || this.texts.closed);
    put("[data-opens]", this.opens(until));
    $("[data-kept]").hidden = !question.value;
    show(open ? "ask" : leave ? "leave" : "closed");
    this.desk().then(({ draw }) => draw(this));
    this.greet();
    this.typed(question);
    this.look();
  }

  desk() {
    return import(this.texts.beside);
  }

  opens(time) {
    return time ? phrase(this.texts.opens, { time: clock().soon(time) }) : "";
  }

  /** Whether chats are taken: while somebody could start one, on news of it, and when that is to change. */
  async check() {
    clearTimeout(this.due);
    if (this.chat || !this.open || document.hidden) return void (this.ear = this.ear?.close());
    this.desk().then(({ hear }) => hear(this));
    const { ok, data } = await this.customer.call("GET", `hours/?company=${this.company}`);
    if (!ok || this.chat) return;
    this.hours = data;
    if (data.seconds) this.due = setTimeout(() => this.check(), data.seconds * 1000); // 14 days at most
    if (/ask|closed|leave/.test(document.body.dataset.shown)) this.offer();
  }

  greet() {
    const { verified, name } = this.customer.known;
    $("[data-anonymous]").hidden = Boolean(verified);
    if (verified && name) put("[data-hello]", phrase(this.texts.hello, { name: name.split(" ")[0] }));
  }

  renew() {
    const { value } = this.fields.body;
    this.fields.body.value = "";
    if (value) this.draft(value);
    this.customer.remember({ chat: null, seen: 0 });
    this.ask();
    this.focus();
  }

  async submit(event) {
    event.preventDefault();
    const button = event.submitter ?? event.target.querySelector(".primary");
    if (button.disabled) return;
    if (event.target.contains(this.fields.body)) return this.say();
    button.disabled = true;
    await this.start(Object.fromEntries(new FormData(event.target)));
    button.disabled = false;
  }

  say() {
    $(".stream").scrollTop = 0; // Who writes wants to see it.
    this.live.send(this.chat.id, this.fields.body.value);
    this.fields.body.value = "";
    this.typed(this.fields.body);
    this.fields.body.focus();
  }

  async start(asked, again = true) {
    const known = this.customer.known.token ? { ok: true } : await this.customer.issue(this.identity);
    if (!known.ok) return this.complain(known);
    const to = document.body.dataset.shown === "leave" ? "tickets/" : "chats/";
    this.asking = this.asking?.question === asked.question ? this.asking : { client_id: makeClientId(), question: asked.question, to };
    let answer = await this.customer.call("POST", this.asking.to, { ...asked, client_id: this.asking.client_id });
    if (answer.status && answer.status < 500) this.asking = null; // Without an answer it is repeated where it went.
    if (answer.status === 401 && again) {
      this.customer.forget();
      return this.start(asked, false);
    }
    const there = answer.data.code === "live_chat_exists"; // Then what was asked can still be said.
    if (there) answer = await this.customer.call("GET", `chats/${answer.data.chat}/`);
    if (!answer.ok) this.check(); // It may have closed.
    if (!answer.ok) return this.complain(answer);
    this.draft(there ? asked.question : "");
    this.fields.question.value = "";
    this.complain({ data: {} });
    if (answer.data.number) return (await this.desk()).left(this, answer.data);
    await this.enter(answer.data);
    this.focus();
  }

  complain({ status, data: { code, detail, fields, retry_after, opens_at } }) {
    const text = code === "rate_limited" ? phrase(this.texts.again, { n: Math.ceil(retry_after ?? 5) }) : code !== "not_found" && (Object.values(fields ?? {})[0]?.[0] ?? detail);
    put("[data-error]", status === undefined ? "" : `${text || this.texts.unreachable} ${this.opens(opens_at)}`);
  }

  async enter(chat) {
    const { ok, data } = await this.customer.call("GET", `chats/${chat.id}/messages/`);
    if (!ok) return this.unreachable();
    this.leave();
    this.chat = chat;
    this.check();
    this.filing = import(this.texts.script).then(({ join }) => join(this, makeClientId, phrase));
    this.customer.remember({ chat: chat.id, seen: this.customer.known.chat === chat.id ? this.customer.known.seen : 0 });
    this.fields.body.value ||= this.draft();
    const { id, version, status } = chat;
    this.live = createLive({
      url: "/ws/customer/",
      me: "customer",
      scope: id,
      token: () => this.customer.known.token,
      storage: this.tab,
      onChange: (state, was) => this.changed(state, was),
      onFrame: (frame) => this.heard(frame),
      onStatus: (now) => (now === "signed-out" ? this.strange() : this.banner(now)),
    });
    this.live.open(id, { frames: [{ type: "messages", ...data, chat: id }, { type: "chat.changed", chat: id, version, status }] });
    this.draw();
    if (status === "queued" && !chat.place) this.refresh(); // Lists do not say it.
  }

  heard(frame) {
    if (!this.chat) return;
    if (frame.type === "presence.changed" && this.chat.agent) this.chat.agent.presence = frame.presence;
    if (frame.type === "presence.changed") this.draw();
    if (frame.type === "chat.changed" || stale(this.live.state(this.chat.id))) this.refresh();
    if (frame.type === "queue.changed" && this.chat.status === "queued") this.moved();
  }

  /** Somebody left the line; many do at once, and many pages ask. */
  moved() {
    const wait = Math.max(Math.random() * 2000, this.asked + CALM - Date.now());
    this.moving ??= setTimeout(() => {
      this.moving = null;
      this.refresh();
    }, wait);
  }

  async refresh() {
    if (this.refreshing) return void (this.more = true);
    const { id } = this.chat ?? {};
    if (!id) return;
    this.refreshing = true;
    this.asked = Date.now();
    const { ok, data } = await this.customer.call("GET", `chats/${id}/`);
    this.refreshing = false;
    if (ok && this.chat?.id === id && data.version >= this.chat.version) this.update(data);
    if (!this.more) return;
    this.more = false;
    this.refresh();
  }

  update(chat) {
    const { id, version, status } = (this.chat = chat);
    this.live.apply({ type: "chat.changed", chat: id, version, status });
    this.draw();
  }

  async cancel() {
    const { ok, data } = await this.customer.call("POST", `chats/${this.chat.id}/cancel/`, {});
    put("[data-fault]", ok ? "" : (data.detail ?? this.texts.unreachable));
    if (ok) this.update(data);
  }

  changed(state, was) {
    if (!this.chat || !this.live) return;
    this.draw();
    for (const { seq, kind, author, author_name: name, body, data } of state.items) {
      if (was.last === null || seq <= was.last || author === "customer") continue;
      const text = kind === "event" ? data.code === "accepted" && phrase(this.texts.joined, { name: data.agent }) : phrase(this.texts.said, { name, text: body });
      if (text) this.announcer.message(text, (n) => phrase(this.texts.more, { n }));
    }
    if (state.pending.some(({ state: now }, i) => now === "failed" && was.pending[i]?.state === "sending")) this.announcer.say(this.texts.failed, true);
  }

  draw() {
    const { chat, texts, live } = this;
    const state = live.state(chat.id);
    const { agent, status, place } = chat;
    const name = agent?.screen_name ?? "";
    const away = agent?.presence === "reconnecting";
    const begun = agent || state.items.some(({ data }) => data.code === "accepted"); // Who is passed on keeps his conversation.
    const now = !LIVE.includes(status) ? "ended" : status === "queued" && !begun ? "waiting" : "chat";
    if (now === "waiting") waits(chat, this.line(place), state.items[0]?.body ?? chat.question, texts);
    if (now === "chat") head(name ? { title: name, sub: away ? phrase(texts.reconnecting, { name }) : chat.queue, agent: name, away } : { title: texts.desk, sub: this.line(place) });
    if (now === "ended") head({ title: begun ? texts.ended : texts.cancelled, sub: agent ? phrase(texts.with, { name }) : chat.queue });
    put("[data-queue]", chat.queue);
    this.fields.body.placeholder = phrase(texts.message, { name: name.split(" ")[0] }).trim();
    this.typed(this.fields.body, true);
    const rows = view(state).filter(({ item }) => begun || item.data.code !== "cancelled"); // The title says it.
    this.transcript.draw(rows, { typing: now === "chat" ? state.typing : null });
    if (now === "ended") $("dialog").close();
    if (show(now) && this.open && document.hasFocus()) this.focus();
    this.look();
  }

  line(place) {
    const { texts } = this;
    return place ? phrase(texts[`place${place}`] ?? texts.place, { n: place }) : texts.waiting;
  }

  /** What is on the screen is read; what is not is counted on the launcher. */
  look() {
    const { chat, texts, customer } = this;
    const state = chat && this.live?.state(chat.id);
    const seen = this.open && !document.hidden;
    if (state && seen && state.last > (customer.known.seen ?? 0)) customer.remember({ seen: state.last });
    this.live?.reading(seen && chat ? chat.id : null);
    const waiting = document.body.dataset.shown === "waiting";
    const unread = state?.items.filter(({ seq, author }) => author === "agent" && seq > (customer.known.seen ?? 0)).length ?? 0;
    const place = waiting ? chat.place : 0;
    const label = unread ? phrase(texts.unread, { n: unread }) : $("[data-call]").textContent + (place ? `, ${$("[data-words]").textContent}` : "");
    const button = { open: this.open, icon: waiting ? "clock" : "chat", count: unread || place, hot: unread, label, pill: !chat };
    if (!chat) head({ title: texts.desk, sub: this.hours.open ? texts.invite : texts.shut });
    this.host.tell({ type: "shape", open: this.open, title: document.title, ...launcher(button) });
  }

  typed(field, drawn) {
    const limit = this.limits[field.name];
    if (!limit) return;
    field.form.querySelector(".primary").disabled = !counter(field, limit, this.texts);
    if (drawn) return;
    this.draft(field.value);
    if (this.chat && field.value) this.live.typing(this.chat.id);
  }

  act(act, client_id, item) {
    if (act === "retry") this.live.outbox.retry(client_id);
    if (act === "discard") this.live.discard(client_id);
    if (act === "copy") navigator.clipboard?.writeText(item.body);
    if (act === "article") this.desk().then(({ read }) => read(this, item));
  }
}

new Widget(JSON.parse($("#parley-config").textContent));
