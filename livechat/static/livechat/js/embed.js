/* <script src="https://desk.example/embed.js" data-company="…" async></script>, and data-identity or Parley.identify(token) */
(function () {
  "use strict";
  var script = document.currentScript;
  var company = script && script.getAttribute("data-company");
  var identity = (script && script.getAttribute("data-identity")) || window.parleyIdentity || "";
  if (!company || document.getElementById("parley-frame")) return;

  var origin = new URL(script.src).origin;
  var frame = document.createElement("iframe");
  var phone = window.matchMedia("(max-width: 460px)");
  var open = recall("open") === "yes";
  var ready = false;

  /* Nothing of the page's style reaches the frame's box: inline and important wins. */
  function style(values) {
    for (var name in values) frame.style.setProperty(name, values[name], "important");
  }

  /* sessionStorage: what has to outlive this page, in this tab only. */
  function recall(name) {
    try {
      return sessionStorage.getItem("parley." + name) || "";
    } catch (denied) {
      return "";
    }
  }

  function keep(name, value) {
    try {
      sessionStorage.setItem("parley." + name, value);
    } catch (denied) {
      /* Then it lives as long as the page. */
    }
  }

  function tell(message) {
    frame.contentWindow.postMessage(message, origin);
  }

  /* A frame that its server lets nobody show here loads as well, and says nothing. */
  function doubt() {
    if (!ready)
      console.warn(
        "Parley: no answer from the chat at " + origin + ". If it can be reached, it does not know this page: an " +
          "administrator adds " + location.origin + " to the company's allowed origins."
      );
  }

  function greet() {
    setTimeout(doubt, 5000);
    tell({ type: "hello", open: open, sheet: phone.matches, kept: recall("kept"), identity: "" + identity });
  }

  function size(value, most) {
    value = Number(value);
    return (value > 0 && value < most ? value : most) + "px";
  }

  function shape(data) {
    ready = true;
    open = data.open === true;
    keep("open", open ? "yes" : "no");
    frame.title = "" + data.title;
    var sheet = open && phone.matches;
    style({
      visibility: "visible",
      "pointer-events": "auto",
      width: sheet ? "100%" : "min(" + size(data.width, 480) + ", 100vw)",
      height: sheet ? "100%" : "min(" + size(data.height, 800) + ", 100vh)",
    });
  }

  window.addEventListener("message", function (event) {
    var data = event.data;
    if (event.source !== frame.contentWindow || event.origin !== origin || !data) return;
    if (data.type === "shape") shape(data);
    if (data.type === "keep") keep("kept", "" + data.value);
  });
  frame.addEventListener("load", greet);
  phone.addEventListener("change", function () {
    if (ready) tell({ type: "place", sheet: phone.matches });
  });

  style({
    all: "initial", position: "fixed", right: "0", bottom: "0", width: "0", height: "0", border: "0",
    visibility: "hidden", "pointer-events": "none", "z-index": "2147483647", "color-scheme": "light dark",
  });
  frame.id = "parley-frame";
  frame.title = "Chat";
  frame.referrerPolicy = "strict-origin";
  frame.src = origin + "/widget/" + encodeURIComponent(company) + "/";
  document.documentElement.appendChild(frame);

  try {
    window.Parley = {
      identify: function (token) {
        identity = token;
        if (ready) tell({ type: "identify", identity: "" + token });
      },
      open: function () {
        if (ready) tell({ type: "open", open: true });
      },
      close: function () {
        if (ready) tell({ type: "open", open: false });
      },
    };
  } catch (frozen) {
    /* A page that lets nobody add to it identifies by the attribute. */
  }
})();
