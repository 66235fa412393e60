"use strict";
/* The questionnaire in one page. No network, no libraries. Texts go in as text, never as markup.

   Answers are kept per variable (column), as survey/questionnaire/variables.py names them.
   walk() says which pages this respondent sees and which answers count; everything else
   asks it, so going back and changing an answer is always consistent. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const FORM = DATA.questionnaire;
/* For typing in answers given on paper: everything is shown as printed, nothing is refused. */
const ENTRY = Boolean(DATA.entry);
const KEY = "rongzhen:" + FORM.code + ":" + DATA.fingerprint + (ENTRY ? ":entry" : "");
const END = "END";

/* -- small helpers ------------------------------------------------------------------------- */

const list = (value) => value || [];
const byCode = (values, code) => list(values).find((value) => value.code === code);

function make(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, react] of Object.entries(value)) node.addEventListener(event, react);
    else if (name in node && name !== "list" && name !== "form") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function raw(text, language) {
  if (!text) return "";
  if (typeof text === "string") return text;
  return language === "en" ? text.en || text.zh || "" : text.zh || text.en || "";
}

function say(text) {
  const tokens = Object.assign({}, FORM.tokens, roleOf(walk().answers)?.tokens);
  return raw(text, state.language).replace(/\{([A-Za-z_]\w*)\}/g, (whole, name) =>
    tokens[name] ? raw(tokens[name], state.language) : whole);
}

function word(key, values) {
  return DATA.words[state.language][key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name]));
}

/* A draw that is the same for one respondent each time it is asked for. */
function drawer(key) {
  let seed = 2166136261;
  for (const letter of state.id + key) seed = Math.imul(seed ^ letter.charCodeAt(0), 16777619);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(values, key) {
  const draw = drawer(key);
  const mixed = values.slice();
  if (ENTRY) return mixed;
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

/* -- state ------------------------------------------------------------------------------------ */

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function freshState() {
  return { id: newId(), language: list(FORM.languages)[0] || "zh", started: new Date().toISOString(),
    answers: {}, unknown: {}, seconds: {}, page: null, seen: [], finished: null, paper: "" };
}

let state = freshState();
let pageEntered = Date.now();
let canStore = true;

function storeDraft() {
  try { localStorage.setItem(KEY, JSON.stringify(state)); } catch { canStore = false; }
}

function storedDraft() {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY));
    return draft && draft.answers && draft.id ? draft : null;
  } catch { canStore = false; return null; }
}

function clearDraft() {
  try { localStorage.removeItem(KEY); } catch { canStore = false; }
}

/* -- logic -------------------------------------------------------------------------------------- */

function holds(condition, answers) {
  if (!condition) return true;
  const answer = answers[condition.variable];
  switch (condition.kind) {
    case "is": return condition.values.includes(answer);
    case "between": return typeof answer === "number"
      && (condition.low == null || answer >= condition.low)
      && (condition.high == null || answer <= condition.high);
    case "answered": return answer !== undefined && answer !== null && answer !== "";
    case "all": return condition.of.every((part) => holds(part, answers));
    case "any": return condition.of.some((part) => holds(part, answers));
    case "not": return !holds(condition.of, answers);
  }
  throw new Error("unknown condition " + condition.kind);
}

function roleOf(answers) {
  if (FORM.role) return byCode(FORM.roles, FORM.role);
  if (!FORM.role_question) return undefined;
  return list(FORM.roles).find((role) => role.option !== undefined && role.option === answers[FORM.role_question]);
}

function isFor(roles, answers) {
  if (!roles || !roles.length) return true;
  const role = roleOf(answers);
  return role ? roles.includes(role.code) : !FORM.role_question;
}

const isShown = (thing, answers) => ENTRY || (isFor(thing.roles, answers) && holds(thing.show_if, answers));

/* Pages in this respondent's order: random blocks are drawn. */
function orderedPages() {
  let pages = list(FORM.pages);
  if (ENTRY) return pages;
  for (const block of list(FORM.blocks)) {
    const members = pages.filter((page) => block.pages.includes(page.code));
    const drawn = shuffled(members, "block" + block.code).slice(0, block.choose || members.length);
    const start = pages.indexOf(members[0]);
    const others = pages.filter((page) => !block.pages.includes(page.code));
    const before = pages.slice(0, start).filter((page) => !block.pages.includes(page.code)).length;
    pages = others.slice(0, before).concat(drawn, others.slice(before));
  }
  return pages;
}

/* The variables of one question that are asked, given the answers before it. */
function variablesOf(question, answers) {
  const code = question.code;
  const other = list(question.options).some((option) => option.is_other) ? [code + "_other"] : [];
  switch (question.kind) {
    case "note": return [];
    case "matrix": return question.items.filter((item) => isShown(item, answers)).map((item) => item.code);
    case "differential": return question.rows.map((row) => row.code);
    case "multiple": case "ranking":
      return question.options.map((option) => code + "_" + option.code).concat(other);
    case "blanks": return question.fields.map((field) => code + "_" + field.code);
    case "number_matrix": return question.rows.flatMap((row) =>
      question.columns.map((column) => code + "_" + row.code + "_" + column.code));
    default: return [code].concat(other);
  }
}

/* Which pages are seen and which answers count. Conditions look back only, so one pass does. */
function walk() {
  const answers = {}, asked = new Set(), pages = [];
  let jump = null;
  for (const page of orderedPages()) {
    if (jump !== null && page.code !== jump) continue;
    jump = null;
    if (!ENTRY && !holds(page.show_if, answers)) continue;
    let shown = 0;
    for (const question of list(page.questions)) {
      if (!isShown(question, answers)) continue;
      shown++;
      for (const variable of variablesOf(question, answers)) {
        asked.add(variable);
        if (state.answers[variable] !== undefined) answers[variable] = state.answers[variable];
      }
    }
    if (!shown) continue;
    pages.push(page);
    const skip = ENTRY ? null : list(page.skips).find((found) => holds(found.when, answers));
    if (skip) { if (skip.to === END) break; jump = skip.to; }
  }
  return { pages, answers, asked };
}

/* -- answers ------------------------------------------------------------------------------------- */

function setAnswer(variable, value) {
  delete state.unknown[variable];
  if (value === undefined || value === null || value === "") delete state.answers[variable];
  else state.answers[variable] = value;
  storeDraft();
}

function setUnknown(variable) {
  delete state.answers[variable];
  state.unknown[variable] = true;
  storeDraft();
}

const isEmpty = (variable) => state.answers[variable] === undefined && !state.unknown[variable];

function numberIn(text) {
  const plain = text.trim().replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 65248))
    .replace("．", ".").replace("－", "-");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
}

/* -- drawing questions -------------------------------------------------------------------------------- */

let refreshers = [];

function choice(type, name, label, isChosen, react, extra) {
  const input = make("input", { type, name, checked: isChosen, on: { change: react } });
  return make("label", { className: "choice" + (extra || "") }, input, make("span", {}, label));
}

/* Radio buttons of one variable; a last one, set apart, for 不了解. */
function radios(variable, points, dontKnow, after) {
  const box = make("div", { className: "scale" });
  for (const point of points) {
    box.append(choice("radio", variable, say(point.label) || String(point.code),
      state.answers[variable] === point.code, () => { setAnswer(variable, point.code); changed(after); }));
  }
  if (dontKnow) {
    box.append(choice("radio", variable, say(dontKnow), Boolean(state.unknown[variable]),
      () => { setUnknown(variable); changed(after); }, " aside"));
  }
  return box;
}

function changed(after) {
  if (after) after();
  refreshers.forEach((refresh) => refresh());
}

function item(code, label, points, dontKnow, isNeeded) {
  const problem = make("p", { className: "problem", id: "problem-" + code, hidden: true });
  const box = make("fieldset", { className: "item", id: "q-" + code },
    make("legend", {}, make("span", {}, label, isNeeded ? star() : "")), radios(code, points, dontKnow), problem);
  return box;
}

const star = () => make("span", { className: "required", title: word("required") }, " *");
const numbers = (low, high) => Array.from({ length: high - low + 1 }, (_, step) => ({ code: low + step, label: "" }));

function ordered(question, options) {
  const last = options.filter((option) => option.is_other || option.is_exclusive || option.is_dont_know);
  const first = options.filter((option) => !last.includes(option));
  return (question.shuffle ? shuffled(first, question.code) : first).concat(last);
}

function otherField(question, isOn) {
  const variable = question.code + "_other";
  const field = make("input", { type: "text", className: "wide", value: state.answers[variable] || "",
    "aria-label": word("other_label"), placeholder: word("other_label"), maxLength: 200,
    on: { input: () => setAnswer(variable, field.value.trim()) } });
  const refresh = () => { field.hidden = !isOn(); if (field.hidden) setAnswer(variable, ""); };
  field.hidden = !isOn();
  refreshers.push(refresh);
  return field;
}

function textField(variable, kind, extra) {
  const value = state.answers[variable];
  const field = make("input", Object.assign({ type: kind === "date" ? "date" : "text", id: "f-" + variable,
    inputMode: kind === "number" ? "decimal" : "text", value: value === undefined ? "" : String(value), autocomplete: "off" }, extra));
  field.addEventListener("input", () => {
    const text = field.value.trim();
    const number = kind === "number" ? numberIn(text) : 0;
    /* What is no number is kept as typed, so that it can be pointed at. */
    setAnswer(variable, kind === "number" && text && !Number.isNaN(number) ? number : text);
    changed();
  });
  return field;
}

const DRAW = {
  note: () => [],
  consent(question) {
    return [make("div", { className: "choices" }, choice("checkbox", question.code, say(question.agree),
      state.answers[question.code] === 1, (event) => { setAnswer(question.code, event.target.checked ? 1 : ""); changed(); }))];
  },
  single(question) {
    const code = question.code, options = ordered(question, question.options);
    const isOn = () => options.some((option) => option.is_other && state.answers[code] === option.code);
    const choose = (option) => { if (option?.is_dont_know) setUnknown(code); else setAnswer(code, option?.code); changed(); };
    let box;
    if (question.display === "dropdown") {
      box = make("select", { className: "wide", "aria-label": say(question.text), id: "f-" + code,
        on: { change: () => choose(options[box.selectedIndex - 1]) } }, make("option", {}, word("choose")));
      for (const option of options) {
        box.append(make("option", { selected: state.answers[code] === option.code
          || (option.is_dont_know && state.unknown[code]) }, say(option.label)));
      }
    } else {
      box = make("div", { className: "choices" });
      for (const option of options) {
        box.append(choice("radio", code, say(option.label), option.is_dont_know
          ? Boolean(state.unknown[code]) : state.answers[code] === option.code, () => choose(option)));
      }
    }
    return options.some((option) => option.is_other) ? [box, otherField(question, isOn)] : [box];
  },
  multiple(question) {
    const options = ordered(question, question.options);
    const variable = (option) => question.code + "_" + option.code;
    const isChosen = (option) => state.answers[variable(option)] === 1;
    const box = make("div", { className: "choices" });
    const inputs = new Map();
    const react = (option) => {
      const on = inputs.get(option).checked;
      for (const other of options) {
        if (on && other !== option && (option.is_exclusive || other.is_exclusive)) inputs.get(other).checked = false;
      }
      const some = options.some((found) => inputs.get(found).checked);
      /* Nothing chosen is no answer; once something is, the others are a no. */
      for (const found of options) setAnswer(variable(found), inputs.get(found).checked ? 1 : some ? 0 : "");
      changed();
    };
    for (const option of options) {
      const label = choice("checkbox", variable(option), say(option.label), isChosen(option), () => react(option));
      inputs.set(option, label.firstChild);
      box.append(label);
    }
    const isOn = () => options.some((option) => option.is_other && isChosen(option));
    return options.some((option) => option.is_other) ? [box, otherField(question, isOn)] : [box];
  },
  matrix(question) {
    const scale = byCode(FORM.scales, question.scale);
    const items = question.shuffle ? shuffled(question.items, question.code) : question.items;
    const names = make("div", {}, ...scale.points.map((point) => make("span", {}, say(point.label))));
    if (scale.dont_know) names.append(make("span", {}, say(scale.dont_know)));
    const box = make("div", { className: "grid" }, make("div", { className: "head", "aria-hidden": "true" }, make("span", {}), names));
    for (const one of items) {
      const row = item(one.code, say(one.text), scale.points, scale.dont_know, question.is_required);
      const refresh = () => { row.hidden = !isShown(one, walk().answers); };
      refresh();
      refreshers.push(refresh);
      box.append(row);
    }
    return [box];
  },
  rating(question) {
    const scale = byCode(FORM.scales, question.scale);
    const points = question.display !== "stars" ? scale.points : scale.points.map((point, place) =>
      ({ code: point.code, label: "★".repeat(place + 1) + " " + say(point.label) }));
    return [radios(question.code, points, scale.dont_know)];
  },
  attention(question) {
    const scale = byCode(FORM.scales, question.scale);
    return [radios(question.code, scale.points, null)];
  },
  differential(question) {
    return question.rows.map((row) => {
      const left = say(row.left), right = say(row.right);
      const box = item(row.code, left + " — " + right, numbers(1, question.points || 7), null, question.is_required);
      box.classList.add("poles"); /* the ends below say the legend to the eye */
      box.insertBefore(make("div", { className: "ends", "aria-hidden": "true" }, make("span", {}, left), make("span", {}, right)),
        box.querySelector(".scale"));
      return box;
    });
  },
  nps(question) {
    const ends = make("div", { className: "ends" }, make("span", {}, "0 " + say(question.low_label)),
      make("span", {}, "10 " + say(question.high_label)));
    return [radios(question.code, numbers(0, 10), null), ends];
  },
  ranking(question) {
    const options = ordered(question, question.options);
    const most = question.ranks || options.length;
    const variable = (option) => question.code + "_" + option.code;
    const rank = (option) => state.answers[variable(option)];
    const box = make("div", { className: "choices" });
    const status = make("p", { className: "help", "aria-live": "polite" });
    const buttons = new Map();
    const draw = () => {
      const count = options.filter(rank).length;
      status.textContent = word("ranked", { count, most });
      for (const option of options) {
        const place = rank(option), button = buttons.get(option);
        button.setAttribute("aria-pressed", place ? "true" : "false");
        button.querySelector(".rank").textContent = place || "";
        button.setAttribute("aria-label", say(option.label) + (place ? " " + word("rank", { place }) : ""));
      }
    };
    const toggle = (option) => {
      const place = rank(option);
      if (place) {
        setAnswer(variable(option), "");
        for (const other of options) if (rank(other) > place) setAnswer(variable(other), rank(other) - 1);
      } else {
        const count = options.filter(rank).length;
        if (count < most) setAnswer(variable(option), count + 1);
      }
      draw();
      changed();
    };
    for (const option of options) {
      const button = make("button", { type: "button", className: "choice", on: { click: () => toggle(option) } },
        make("span", { className: "rank", "aria-hidden": "true" }), make("span", {}, say(option.label)));
      buttons.set(option, button);
      box.append(button);
    }
    draw();
    const isOn = () => options.some((option) => option.is_other && rank(option));
    const parts = [status, box];
    if (options.some((option) => option.is_other)) parts.push(otherField(question, isOn));
    return parts;
  },
  slider(question) {
    const low = question.low ?? 0, high = question.high ?? 100, code = question.code;
    const out = make("output", {}, state.answers[code] === undefined ? "—" : String(state.answers[code]));
    const range = make("input", { type: "range", min: low, max: high, step: question.step ?? 1,
      "aria-label": say(question.text), id: "f-" + code });
    range.value = state.answers[code] ?? (low + high) / 2;
    range.classList.toggle("untouched", state.answers[code] === undefined);
    const keep = () => {
      setAnswer(code, Number(range.value));
      range.classList.remove("untouched");
      out.textContent = range.value;
      changed();
    };
    range.addEventListener("input", keep);
    range.addEventListener("click", keep); /* to leave it in the middle is an answer too */
    range.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") keep(); });
    const ends = make("div", { className: "ends" }, make("span", {}, say(question.low_label) || String(low)),
      make("span", {}, say(question.high_label) || String(high)));
    return [make("div", { className: "slide" }, range, out), ends];
  },
  number(question) {
    return [make("div", {}, textField(question.code, "number", { "aria-label": say(question.text) }), " " + say(question.unit))];
  },
  date(question) {
    const precision = question.precision || "day";
    const type = { day: "date", month: "month", year: "text" }[precision];
    const cut = { day: 10, month: 7, year: 4 }[precision];
    const field = textField(question.code, "text", { type, "aria-label": say(question.text),
      min: (question.earliest || "").slice(0, cut), max: (question.latest || "").slice(0, cut),
      inputMode: precision === "year" ? "numeric" : "text" });
    return [field];
  },
  text(question) {
    if (!question.is_long) return [textField(question.code, "text", { className: "wide",
      maxLength: question.longest || 1000, "aria-label": say(question.text) })];
    const area = make("textarea", { "aria-label": say(question.text), maxLength: question.longest || 5000, id: "f-" + question.code,
      on: { input: () => { setAnswer(question.code, area.value.trim()); changed(); } } });
    area.value = state.answers[question.code] || "";
    return [area];
  },
  blanks(question) {
    return question.fields.map((field) => make("label", { className: "field" }, make("span", {}, say(field.label)),
      textField(question.code + "_" + field.code, field.answer || "text")));
  },
  number_matrix(question) {
    const head = make("tr", {}, make("td", {}), ...question.columns.map((column) => make("th", { scope: "col" }, say(column.label))));
    const rows = question.rows.map((row) => make("tr", {}, make("th", { scope: "row" }, say(row.label)),
      ...question.columns.map((column) => make("td", {}, textField(question.code + "_" + row.code + "_" + column.code, "number",
        { "aria-label": say(row.label) + " " + say(column.label) })))));
    return [make("table", {}, make("tbody", {}, head, ...rows))];
  },
};

/* A group for several controls, a plain box where one control names itself. */
function drawQuestion(question) {
  const text = say(question.text);
  const asked = make("span", {}, text, question.is_required && question.kind !== "matrix" && question.kind !== "differential" ? star() : "");
  const isPlain = question.kind === "note" || question.kind === "consent"; /* long texts are no legends */
  const box = isPlain
    ? make("div", { className: "question", id: "q-" + question.code }, make("p", { className: "text" }, text))
    : make("fieldset", { className: "question", id: "q-" + question.code }, make("legend", {}, asked));
  if (question.help) box.append(make("p", { className: "help" }, say(question.help)));
  box.append(...DRAW[question.kind](question));
  if (question.kind !== "note") box.append(make("p", { className: "problem", id: "problem-" + question.code, hidden: true }));
  return box;
}

/* -- what is wrong with an answer ------------------------------------------------------------------- */

function numberProblem(value, question) {
  if (value === undefined) return "";
  if (typeof value !== "number") return word("no_number");
  const low = question.low, high = question.high;
  if ((low != null && value < low) || (high != null && value > high)) {
    return low == null ? word("at_most", { high }) : high == null ? word("at_least", { low }) : word("between", { low, high });
  }
  const decimals = question.decimals || 0;
  if (Math.abs(value * 10 ** decimals - Math.round(value * 10 ** decimals)) > 1e-6) return word("decimals", { decimals });
  return "";
}

function dateProblem(value, question) {
  if (value === undefined) return "";
  const shape = { day: /^\d{4}-\d\d-\d\d$/, month: /^\d{4}-\d\d$/, year: /^\d{4}$/ }[question.precision || "day"];
  if (!shape.test(value)) return word("no_date");
  const cut = value.length;
  if (question.earliest && value < question.earliest.slice(0, cut)) return word("not_before", { day: question.earliest.slice(0, cut) });
  if (question.latest && value > question.latest.slice(0, cut)) return word("not_after", { day: question.latest.slice(0, cut) });
  return "";
}

/* Pairs of the code where the message is shown and the message. */
function problemsOf(question, answers) {
  const code = question.code, found = [];
  const variables = variablesOf(question, answers).filter((variable) => variable !== code + "_other");
  const value = answers[code];
  if (question.is_required) {
    if (question.kind === "matrix" || question.kind === "differential") {
      for (const variable of variables) if (isEmpty(variable)) found.push([variable, word("needed")]);
    } else if (question.kind === "multiple") {
      if (!variables.some((variable) => answers[variable] === 1)) found.push([code, word("needed")]);
    } else if (question.kind === "ranking") {
      const most = question.ranks || question.options.length;
      if (variables.filter((variable) => answers[variable]).length < most) found.push([code, word("rank_all", { most })]);
    } else if (variables.some(isEmpty)) {
      found.push([code, word(question.kind === "consent" ? "consent_needed" : "needed")]);
    }
  }
  if (question.kind === "multiple") {
    const count = variables.filter((variable) => answers[variable] === 1).length;
    const exclusive = question.options.some((option) => option.is_exclusive && answers[code + "_" + option.code] === 1);
    if (count && !exclusive && count < (question.least || 0)) found.push([code, word("choose_least", { least: question.least })]);
    if (question.most && count > question.most) found.push([code, word("choose_most", { most: question.most })]);
  }
  if (question.kind === "number") found.push([code, numberProblem(value, question)]);
  if (question.kind === "number_matrix") for (const variable of variables) found.push([code, numberProblem(answers[variable], question)]);
  if (question.kind === "blanks") for (const field of question.fields) {
    if (field.answer === "number") found.push([code, numberProblem(answers[code + "_" + field.code], { decimals: 6 })]);
  }
  if (question.kind === "date") found.push([code, dateProblem(value, question)]);
  if (question.kind === "text" && value !== undefined && question.pattern
    && !new RegExp("^(?:" + question.pattern + ")$", "u").test(value)) found.push([code, word("pattern")]);
  for (const check of list(question.checks)) if (!holds(check.condition, answers)) found.push([code, say(check.message)]);
  return found.filter(([, message]) => message);
}

/* -- pages ------------------------------------------------------------------------------------------ */

const main = document.getElementById("main");

function leavePage() {
  if (state.page) state.seconds[state.page] = (state.seconds[state.page] || 0) + (Date.now() - pageEntered) / 1000;
  pageEntered = Date.now();
}

function show(...children) {
  main.replaceChildren(...children);
  const heading = main.querySelector("h2");
  if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  window.scrollTo(0, 0);
}

function drawFrame() {
  document.documentElement.lang = state.language === "en" ? "en" : "zh-CN";
  document.getElementById("title").textContent = say(FORM.title);
  document.title = say(FORM.title);
}

function drawProgress(place, count) {
  document.getElementById("bar").hidden = false;
  const progress = document.getElementById("progress");
  progress.value = place / count;
  progress.setAttribute("aria-label", word("progress"));
  document.getElementById("where").textContent = word("page", { place: Math.min(place + 1, count), count });
}

const button = (text, react, isMain) => make("button", { type: "button", className: isMain ? "main" : "", on: { click: react } }, text);

function drawPage(code) {
  leavePage();
  const { pages } = walk();
  const place = pages.findIndex((page) => page.code === code);
  if (place < 0) return drawEnd();
  const page = pages[place];
  state.page = code;
  if (!state.seen.includes(code)) state.seen.push(code);
  storeDraft();
  refreshers = [];
  drawFrame();
  drawProgress(place, pages.length);
  const questions = page.shuffle ? shuffled(list(page.questions), "page" + code) : list(page.questions);
  const parts = [make("h2", {}, say(page.title) || word("page", { place: place + 1, count: pages.length }))];
  if (place === 0 && FORM.introduction) parts.push(make("p", { className: "notice" }, say(FORM.introduction)));
  if (place === 0 && !canStore) parts.push(make("p", { className: "notice" }, word("no_draft")));
  for (const question of questions) {
    const box = drawQuestion(question);
    const refresh = () => { box.hidden = !isShown(question, walk().answers); };
    refresh();
    refreshers.push(refresh);
    parts.push(box);
  }
  const buttons = make("div", { className: "buttons" });
  if (place > 0) buttons.append(button(word("back"), () => drawPage(pages[place - 1].code)));
  buttons.append(button(word("next"), () => leave(code), true));
  if (!ENTRY && questions.some((question) => question.kind === "consent")) buttons.append(button(word("decline"), decline));
  parts.push(make("p", { className: "problem", id: "summary", role: "alert" }), buttons);
  show(...parts);
}

let confirmed = "";

function leave(code) {
  const { pages, answers } = walk();
  const place = pages.findIndex((page) => page.code === code);
  main.querySelectorAll(".problem").forEach((box) => { box.textContent = ""; box.hidden = box.id !== "summary"; });
  main.querySelectorAll("[aria-invalid]").forEach((box) => { box.removeAttribute("aria-invalid"); box.removeAttribute("aria-describedby"); });
  const wrong = new Map();
  for (const question of list(pages[place].questions)) {
    if (!isShown(question, answers)) continue;
    for (const [where, message] of problemsOf(question, answers)) if (!wrong.has(where)) wrong.set(where, message);
  }
  /* On paper anything may stand: pressed again with the same notes, it is kept as typed. */
  const told = JSON.stringify([...wrong]);
  const isConfirmed = ENTRY && told === confirmed;
  confirmed = told;
  if (!wrong.size || isConfirmed) {
    const next = walk().pages[place + 1];
    return next ? drawPage(next.code) : drawEnd();
  }
  for (const [where, message] of wrong) {
    const line = document.getElementById("problem-" + where), box = document.getElementById("q-" + where);
    line.textContent = message;
    line.hidden = false;
    box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-describedby", line.id);
  }
  document.getElementById("summary").textContent = word(ENTRY ? "entry_problems" : "problems", { count: wrong.size });
  const first = document.getElementById("q-" + wrong.keys().next().value);
  const field = first.querySelector("input, select, textarea, button");
  if (field) field.focus();
  first.scrollIntoView({ block: "center" });
}

function decline() {
  clearDraft();
  state = freshState();
  document.getElementById("bar").hidden = true;
  show(make("h2", {}, word("declined")), make("p", { className: "notice" }, word("declined_text")));
}

/* -- the end ------------------------------------------------------------------------------------------ */

function answerFile() {
  const { answers, asked } = walk();
  const missing = {}, kept = {};
  for (const variable of DATA.variables) {
    if (answers[variable] !== undefined) kept[variable] = answers[variable];
    else if (!asked.has(variable)) missing[variable] = "not_shown";
    else missing[variable] = state.unknown[variable] ? "do_not_know" : "empty";
  }
  const seconds = Object.entries(state.seconds).map(([page, spent]) => ({ page, seconds: Math.round(spent * 10) / 10 }));
  return { format: "rongzhen-answers", format_version: 1,
    questionnaire: { code: FORM.code, version: FORM.version || 1, fingerprint: DATA.fingerprint },
    response: state.id, paper: state.paper || "", language: state.language, role: roleOf(answers)?.code || "",
    started: state.started, finished: state.finished,
    seconds: Math.round(seconds.reduce((sum, page) => sum + page.seconds, 0) * 10) / 10, pages: seconds, answers: kept, missing };
}

function fileName() {
  const paper = state.paper ? state.paper.replace(/[^\w-]/g, "_") + "_" : "";
  return FORM.code + "_v" + (FORM.version || 1) + "_" + paper + state.id + ".json";
}

function save(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: address, download: fileName() });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function drawEnd() {
  leavePage();
  state.page = null;
  state.finished = new Date().toISOString();
  storeDraft();
  drawFrame();
  const { pages } = walk();
  drawProgress(pages.length, pages.length);
  const text = JSON.stringify(answerFile(), null, 1);
  const status = make("p", { role: "status" });
  const area = make("textarea", { className: "out", readOnly: true, value: text, "aria-label": word("as_text"), hidden: true });
  const copy = button(word("copy"), async () => {
    area.hidden = false;
    area.select();
    try { await navigator.clipboard.writeText(text); } catch { document.execCommand("copy"); }
    status.textContent = word("copied");
  });
  const again = button(word("again"), () => { clearDraft(); state = freshState(); begin(); });
  again.hidden = true;
  const keep = button(word("save"), () => {
    save(text);
    status.textContent = word("saved", { name: fileName() });
    again.hidden = false;
  }, true);
  const back = button(word("back"), () => drawPage(pages[pages.length - 1].code));
  show(make("h2", {}, word("end")), make("p", { className: "text" }, say(FORM.closing)),
    make("p", { className: "notice" }, word(ENTRY ? "entry_save_text" : "save_text")), make("div", { className: "buttons" }, back, keep, copy, again), status, area);
}

/* -- the beginning -------------------------------------------------------------------------------------- */

/* The number that stands on the paper ties two typings of one sheet together. */
function drawPaper() {
  const field = make("input", { type: "text", id: "paper", value: state.paper, maxLength: 40, autocomplete: "off" });
  const problem = make("p", { className: "problem", role: "alert" });
  const go = () => {
    state.paper = field.value.trim();
    if (!state.paper) { problem.textContent = word("paper_needed"); return field.focus(); }
    storeDraft();
    begin();
  };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  document.getElementById("bar").hidden = true;
  show(make("h2", {}, word("entry")), make("p", { className: "notice" }, word("entry_text")),
    make("label", { className: "field" }, make("span", {}, word("paper")), field), problem,
    make("div", { className: "buttons" }, button(word("next"), go, true)));
  field.focus();
}

function begin() {
  if (ENTRY && !state.paper) return drawPaper();
  pageEntered = Date.now();
  const first = walk().pages[0];
  if (first) drawPage(first.code); else drawEnd();
}

function drawLanguages() {
  const select = document.getElementById("language");
  const languages = list(FORM.languages);
  select.hidden = languages.length < 2;
  select.setAttribute("aria-label", "语言 / Language");
  for (const language of languages) select.append(make("option", { value: language }, { zh: "中文", en: "English" }[language]));
  select.addEventListener("change", () => {
    state.language = select.value;
    if (state.page) drawPage(state.page); else drawEnd();
    select.focus();
  });
  return select;
}

function start() {
  const select = drawLanguages();
  const draft = storedDraft();
  drawFrame();
  if (!draft) return begin();
  const go = (isNew) => {
    if (isNew) { clearDraft(); state = freshState(); } else state = draft;
    select.value = state.language;
    pageEntered = Date.now();
    if (state.page) drawPage(state.page); else if (state.finished) drawEnd(); else begin();
  };
  show(make("h2", {}, word("draft")), make("p", { className: "notice" },
    word("draft_text", { when: new Date(draft.started).toLocaleString() })),
    make("div", { className: "buttons" }, button(word("go_on"), () => go(false), true), button(word("start_new"), () => go(true))));
}

start();
