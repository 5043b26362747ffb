/**
 * What the tabs of one agent tell each other.
 *
 * createTabs({agent, looks(), onSwitches(values), onOwn(chat), env?}) gives
 *   others()           of each other tab that is looked at: the chat on its screen, or ""
 *   switched(values)   the agent changed his switches here
 *   own(chat)          he takes this chat himself, here
 * looks() says it of this tab; null when nobody looks at it.
 */
const ANSWER = 200;

export const createTabs = (options) => new Tabs(options);

class Tabs {
  constructor({ agent, env = globalThis, ...options }) {
    Object.assign(this, options, { env, heard: [] });
    this.channel = env.BroadcastChannel ? new env.BroadcastChannel(`parley.tabs.${agent}`) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.hear(data);
  }

  hear({ type, chat, values }) {
    if (type === "who" && this.looks() !== null) this.say({ type: "looking", chat: this.looks() });
    if (type === "looking") this.heard.push(chat);
    if (type === "switches") this.onSwitches(values);
    if (type === "own") this.onOwn(chat);
  }

  say(message) {
    this.channel?.postMessage(message);
  }

  others() {
    this.heard = [];
    this.say({ type: "who" });
    return new Promise((answer) => {
      this.env.setTimeout(() => answer(this.heard), this.channel ? ANSWER : 0);
    });
  }

  switched(values) {
    this.say({ type: "switches", values });
  }

  own(chat) {
    this.say({ type: "own", chat });
  }
}
