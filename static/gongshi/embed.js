/* A unit's latest records in the page of its own site.

   <div data-gongshi-unit="lyg-hbj" data-gongshi-size="5"></div>
   <script src="https://…/static/gongshi/embed.js" defer></script>

   Texts only, in elements without any style: the page decides how they look. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script) { return; }
  var site = new URL(script.src).origin;

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text) { made.textContent = text; }
    return made;
  }

  function link(className, text, address) {
    var made = element("a", className, text);
    // Only ever to the register itself, whatever the answer says.
    if (new URL(address, site).origin === site) { made.href = address; }
    made.rel = "noopener";
    return made;
  }

  function item(record) {
    var made = element("li", "gongshi-record gongshi-" + record.kind);
    made.append(
      element("span", "gongshi-kind", record.label), " ",
      link("gongshi-subject", record.subject, record.address), " ",
      element("span", "gongshi-title", record.title), " ",
      element("time", "gongshi-date", record.date)
    );
    return made;
  }

  function fill(place, list) {
    var records = element("ul", "gongshi-records");
    list.records.forEach(function (record) { records.append(item(record)); });
    place.replaceChildren(
      list.records.length ? records : element("p", "gongshi-empty", list.empty),
      link("gongshi-more", list.more, list.page)
    );
  }

  function load(place) {
    var query = new URLSearchParams();
    ["size", "kind"].forEach(function (name) {
      var value = place.getAttribute("data-gongshi-" + name);
      if (value) { query.set(name, value); }
    });
    var unit = encodeURIComponent(place.getAttribute("data-gongshi-unit"));
    fetch(site + "/embed/units/" + unit + ".json?" + query, { credentials: "omit" })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      })
      .then(function (list) { fill(place, list); })
      .catch(function () { place.setAttribute("data-gongshi-failed", ""); });
  }

  document.querySelectorAll("[data-gongshi-unit]").forEach(load);
})();
