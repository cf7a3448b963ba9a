/* siaksim's panel: the little that htmx does not do. No inline script is allowed, so it is here. */
(function () {
  "use strict";
  var lost = function (is) {
    var shown = document.getElementById("lost");
    if (shown) shown.hidden = !is;
  };
  var say = function (text, bad) {
    var said = document.getElementById("said");
    if (!said) return;
    said.className = bad ? "notice bad" : "notice";
    said.textContent = text;
  };

  /* A choice acts at once; without script a button beside it does. */
  document.addEventListener("change", function (event) {
    var target = event.target;
    if (target.matches && target.matches("[data-submit]") && target.form) target.form.requestSubmit();
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-copy]") : null;
    if (!button) return;
    var source = document.getElementById(button.getAttribute("data-copy"));
    if (!source || !navigator.clipboard) return;
    navigator.clipboard.writeText(source.textContent).then(function () {
      say(button.getAttribute("data-said") || "", false);
    });
  });

  /* What cannot be undone is asked about once. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-sure]") : null;
    if (button && !window.confirm(button.getAttribute("data-sure"))) event.preventDefault();
  });

  document.addEventListener("htmx:sseError", function () { lost(true); });
  document.addEventListener("htmx:sseOpen", function () { lost(false); });
  document.addEventListener("htmx:sendError", function () { lost(true); });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) lost(false);
  });
  /* A refusal that came as JSON (such as of the token) has no words for this page. */
  document.addEventListener("htmx:responseError", function (event) {
    var xhr = event.detail.xhr, text = xhr.status + " " + xhr.statusText;
    try { text = JSON.parse(xhr.responseText).what || text; } catch (ignored) { /* no JSON */ }
    say(text, true);
  });
})();
