/**
 * Tells the agent what is new: toasts, the title and the icon of the page, his desktop, a sound;
 * of these two in one of his tabs only.
 *
 * createNotifier({agent, texts, page, env?}) gives
 *   page: {inbox, pane, speech, name, reads(chat), address(chat), go(chat), accept(form), refused(status, problem)}
 *   arrived(kind, row) · line(chat, item) · crossed(element, seconds) · hear(frame)   what may be news
 *   tell({kind, chat, name?, text?})   is; see news.js. What is missing is taken from the chat's row
 *   own(chat)     the agent takes it himself
 *   online(yes)   only a tab that hears may be the one that tells
 *   opened(chat)  it is on the screen
 *   draw()        the lists or the open chat have changed · seen()   somebody looks
 *   wants(kind)   on the screen · open()   the panel · notices
 */
import { createLeader } from "./leader.js";
import { actsOf, createGather, decide, iconOf, kindOf, KINDS, lasting, lateness, sentence, sentences, summary, titleOf } from "./news.js";
import { createNotices } from "./notices.js";
import { phrase } from "./phrase.js";
import { createChime, createDesktop } from "./reach.js";
import { shortly } from "./rows.js";
import { createSwitches } from "./switches.js";
import { createTabs } from "./tabs.js";

const $ = (selector, root = document) => root.querySelector(selector);
/** These are said by speech.js, each in its own rhythm. */
const SPOKEN = ["chat", "message", "cancelled"];

export const createNotifier = (options) => new Notifier(options);

class Notifier {
  constructor({ env = globalThis, ...options }) {
    Object.assign(this, options, { env, mine: new Set(), afar: new Set(), unseen: new Map(), icon: $("link[rel=icon]") });
    this.plain = this.icon.href;
    this.bell = $("[data-bell]");
    const templates = { plain: $("[data-toast]"), news: $("[data-news]") };
    this.notices = createNotices($("[data-toasts]"), templates, { onAccept: (chat) => this.accept(chat) });
    this.means(env);
    this.gather = createGather({ then: (events) => this.reach(events), env });
    this.telling = createLeader(`parley.desktop.${this.agent}`, env);
    this.sounding = createLeader(`parley.sound.${this.agent}`, env);
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => this.unlock(), true);
    addEventListener("focus", () => this.seen());
    this.switches.draw();
  }

  means(env) {
    const onState = () => this.turned();
    this.desktop = createDesktop({ onState, env });
    this.chime = createChime({ onState, env });
    this.tabs = createTabs({
      agent: this.agent,
      looks: () => this.looks(),
      onSwitches: (values) => this.switches.take(values),
      onOwn: (chat) => this.mine.add(chat),
      env,
    });
    this.switches = createSwitches($("[data-notifications]"), {
      bell: this.bell,
      desktop: this.desktop,
      chime: this.chime,
      onChange: (values) => this.tabs.switched(values),
      onRefused: (...why) => this.page.refused(...why),
      onTest: () => this.test(),
    });
  }

  // --- whether it can --------------------------------------------------------------------------

  turned() {
    this.switches.draw();
    this.online(this.hearing);
  }

  online(yes) {
    this.hearing = yes;
    if (yes) this.telling.join();
    else this.telling.leave();
    if (yes && this.chime.state === "ready") this.sounding.join();
    else this.sounding.leave();
  }

  unlock() {
    if (this.switches.wants("all", "sound")) this.chime.unlock();
  }

  test() {
    this.chime.play();
    this.desktop.show(this.texts.news.test, "", () => this.env.focus());
  }

  open() {
    $("#me").hidePopover();
    this.switches.open();
  }

  // --- what is new -----------------------------------------------------------------------------

  wants(kind) {
    return this.switches.wants(kind, "toast");
  }

  hear(frame) {
    const { type, chat } = frame;
    if (type === "invitation.changed" && frame.agent === this.agent && frame.status === "accepted") this.mine.add(chat);
    if (type === "target.breached") this.late(frame);
    if (type !== "assistance.changed" || this.page.inbox.rowOf(chat)?.dataset.mine) return;
    if (frame.asked) this.tell({ kind: "assistance", chat, name: frame.agent_name });
    else this.over("assistance", chat);
  }

  /** A row that was not there before. */
  arrived(kind, { dataset }) {
    if (kind === "chat") this.page.speech.waiting(dataset);
    const { mine, waiting, transferred, asked, by } = dataset;
    this.tell({ kind, chat: mine ?? waiting ?? transferred ?? asked, ...(asked && { name: by }) });
  }

  line(chat, item) {
    const kind = this.page.inbox.mine(chat).length && kindOf(item); // What was only looked at is no news.
    if (kind && !this.page.reads(chat)) this.tell({ kind, chat, text: shortly(item, this.page.texts) || undefined });
    this.page.speech.line(chat, item);
  }

  /** Of a chat that is in none of his lists, a supervisor's say, there is nothing to open. */
  late(frame) {
    const { chat, customer_name: name, agent_name: agent } = frame;
    const event = lateness(frame);
    const row = this.page.inbox.rowOf(chat);
    const more = row || !agent ? {} : { text: phrase(this.texts.with, { name: agent }) };
    this.afar[row ? "delete" : "add"](`${event.kind}:${chat}`);
    this.tell({ ...event, ...more, name: name || row?.dataset.name || this.texts.unnamed });
  }

  /** The customer of an own chat waits long for an answer. Of who waits in a queue the server tells. */
  crossed(element, seconds) {
    const chat = element.closest("[data-mine]")?.dataset.mine;
    const step = element.classList.contains("red") ? "breach" : "warning";
    if (chat) this.tell({ kind: "target", chat, step, ...lasting(seconds) });
  }

  holds(kind, chat) {
    return this.afar.has(`${kind}:${chat}`) || this.page.inbox.holds(kind, chat);
  }

  accept(chat) {
    this.page.accept($("[data-accept]", this.page.inbox.rowOf(chat)));
  }

  own(chat) {
    this.mine.add(chat);
    this.tabs.own(chat);
  }

  tell(given) {
    const event = { ...about(this.page.inbox?.rowOf(given.chat)), ...given };
    const { kind, chat } = event;
    if (kind === "given" && this.mine.delete(chat)) return;
    this.gather(event);
    if (this.looks() === null) this.missed(kind, chat);
    if (!this.wants(kind)) return;
    if (!KINDS[kind].stays || this.looks() !== chat) this.toast(event);
    if (!SPOKEN.includes(kind)) this.page.speech.say(sentence(event, this.texts.news));
  }

  missed(kind, chat) {
    if (KINDS[kind].counted) this.counted = kind;
    else this.unseen.set(`${kind}:${chat}`, kind);
  }

  toast(event) {
    const { kind, chat } = event;
    const row = this.page.inbox?.rowOf(chat);
    this.notices.show({
      ...event,
      key: `${kind}:${chat}`,
      stays: KINDS[kind].stays,
      acts: actsOf(kind, { open: Boolean(row), accept: Boolean(row?.querySelector("[data-accept]")) }),
      href: row ? this.page.address(chat) : null,
      title: kind === "message" ? event.name : sentence(event, this.texts.news),
      text: event.text ?? sentences(event.subject, event.queue),
      wait: ["chat", "transfer"].includes(kind) ? event.wait : null,
      oldest: this.page.inbox.oldest()?.dataset.accept === chat,
    });
  }

  over(kind, chat) {
    this.notices.drop(`${kind}:${chat}`);
    this.unseen.delete(`${kind}:${chat}`);
  }

  /** What is on the screen needs no toast. */
  opened(chat) {
    this.notices.sweep((toast) => toast.chat !== chat);
  }

  // --- who looks -------------------------------------------------------------------------------

  /** The chat on the screen, or ""; null when nobody looks at this tab. */
  looks() {
    if (document.hidden || !document.hasFocus()) return null;
    const chat = this.page.pane?.chat;
    return chat && this.page.reads(chat) ? chat : "";
  }

  seen() {
    if (this.looks() === null) return;
    this.unseen.clear();
    this.counted = null;
    this.draw();
  }

  async reach(events) {
    if (!this.telling.leads && !this.sounding.leads) return;
    const others = await this.tabs.others();
    const here = this.looks();
    const { sounds, shows } = decide(
      events.filter(({ kind, chat }) => this.holds(kind, chat)),
      {
        wants: (kind, way) => this.switches.wants(kind, way),
        looks: here === null ? others : [here, ...others],
        desktop: this.telling.leads,
        sound: this.sounding.leads,
      },
    );
    if (sounds) this.chime.play();
    if (shows.length) this.show(shows);
  }

  /** Without what was written: others may see the desktop. */
  show(events) {
    const chats = new Set(events.map(({ chat }) => chat));
    const [{ kind, chat, queue }] = events;
    this.desktop.show(summary(events, this.texts.news), (chats.size === 1 && queue) || "", () => {
      this.env.focus();
      if (chats.size === 1 && this.page.inbox.rowOf(chat)) this.page.go(chat);
    });
  }

  // --- what the page shows ---------------------------------------------------------------------

  draw() {
    const { inbox } = this.page;
    if (!inbox) return;
    this.notices.sweep(({ kind, chat }) => this.holds(kind, chat));
    for (const key of this.unseen.keys()) if (!this.holds(...key.split(":"))) this.unseen.delete(key);
    const unread = inbox.unread();
    this.title(unread);
    this.count(unread + this.unseen.size);
    const badge = $("[data-unread-total]");
    badge.hidden = !unread;
    badge.textContent = unread;
  }

  title(unread) {
    const { name } = this.page;
    const kind = [...this.unseen.values()].at(-1) ?? (unread ? this.counted : null);
    const title = name ? `${name} - Parley` : this.texts.title;
    const news = { n: unread + this.unseen.size, title, short: kind && this.texts.news[kind].short };
    document.title = titleOf(news, this.texts.unread);
  }

  count(n) {
    const href = n ? iconOf(n) : this.plain;
    if (this.icon.href !== href) this.icon.href = href;
    const count = $(".count", this.bell);
    count.hidden = !n;
    count.textContent = n;
    this.bell.setAttribute("aria-label", n ? phrase(this.bell.dataset.label, { n }) : this.bell.title);
  }
}

/** What the row of a chat knows. */
function about(row) {
  if (!row) return { name: "" };
  const face = row.querySelector(".av");
  const wait = row.querySelector("[data-wait]")?.dataset;
  const text = (selector) => row.querySelector(selector)?.textContent.trim();
  return {
    name: row.dataset.name,
    subject: text(".row__sub"),
    queue: text(".row__meta"),
    person: { hue: face?.dataset.hue, initials: face?.firstElementChild.textContent },
    wait: wait?.since ? { since: wait.since, warning: wait.warning, target: wait.target } : null,
  };
}
