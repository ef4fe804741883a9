// Draws the statistics page's figures as charts, in the colours of the page. The
// same figures stand below in tables; without this file those are all there is.
"use strict";

const figures = JSON.parse(document.getElementById("chart-figures").textContent);
const places = [...document.querySelectorAll(".chart")];
const drawn = [];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const stripes = () => {
  // Penalties are striped, so that nobody has to tell red from blue.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour("--red");
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = colour("--paper");
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const at of [-8, 0, 8]) {
    pen.moveTo(at, 8);
    pen.lineTo(at + 8, 0);
  }
  pen.stroke();
  return { image: canvas, repeat: "repeat" };
};

const fill = (kind) => ({ color: kind === "penalty" ? stripes() : colour("--blue-bright") });

const axis = (more) => ({
  axisLabel: { color: colour("--ink-soft"), fontSize: 12, hideOverlap: true },
  axisLine: { lineStyle: { color: colour("--line-strong") } },
  splitLine: { lineStyle: { color: colour("--line") } },
  ...more,
});

const base = () => ({
  animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
  // Rich text is drawn on the canvas; HTML would need inline styles.
  tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText" },
  grid: { left: 8, right: 24, top: 40, bottom: 8, containLabel: true },
});

const both = (rows) => ["licence", "penalty"].map((kind, at) => ({
  name: figures[kind],
  type: "bar",
  stack: "all",
  itemStyle: fill(kind),
  data: rows.map((row) => row[at + 1]),
}));

const short = (text) => (text.length > 10 ? `${text.slice(0, 9)}…` : text);

const options = {
  regions: () => {
    const rows = [...figures.regions].reverse();
    return {
      ...base(),
      legend: { top: 4, textStyle: { color: colour("--ink") } },
      xAxis: axis({ type: "value" }),
      yAxis: axis({ type: "category", data: rows.map((row) => row[0]) }),
      series: both(rows),
    };
  },
  months: () => ({
    ...base(),
    legend: { top: 4, textStyle: { color: colour("--ink") } },
    xAxis: axis({ type: "category", data: figures.months.map((row) => row[0]) }),
    yAxis: axis({ type: "value" }),
    series: both(figures.months),
  }),
  categories: (place) => {
    const rows = [...figures.categories[place.dataset.kind]].reverse();
    return {
      ...base(),
      grid: { left: 8, right: 24, top: 12, bottom: 8, containLabel: true },
      xAxis: axis({ type: "value" }),
      yAxis: axis({ type: "category", data: rows.map((row) => row[0]), axisLabel: { color: colour("--ink-soft"), fontSize: 12, formatter: short } }),
      series: [{ type: "bar", itemStyle: fill(place.dataset.kind), data: rows.map((row) => row[1]) }],
    };
  },
};

for (const place of places) {
  place.hidden = false;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption(options[place.dataset.chart](place));
  drawn.push([chart, place]);
}

window.addEventListener("resize", () => drawn.forEach(([chart]) => chart.resize()));
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [chart, place] of drawn) chart.setOption(options[place.dataset.chart](place), true);
});
