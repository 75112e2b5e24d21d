// A question of a mock interview: asked alone with a clock, then its key points, then follow-ups.

import { copyOf, element, isPlain, isTyped, word } from "./dom.js";
import { answerSeconds } from "./interview.js";
import { button, stripOf } from "./interview_form.js";
import { answerCopy, askedCopy, contentOf } from "./interview_items.js";
import {
  GRADES_OF_FOLLOW_UPS, clockText, closePoints, closeTurn, giveAnswer, gradeFollowUp, reopenPoints, turnOf,
} from "./interview_run.js";

/**
 * @typedef {import("./interview_items.js").Asked} Asked
 * @typedef {import("./interview_run.js").Run} Run
 * @typedef {import("./interview_run.js").Turn} Turn
 */

const TICK = 250;
/** How often what nobody pressed a key for is kept. */
const KEEP_EVERY = 5_000;
/** A gap between two ticks after which the machine, not the reader, was away. */
const ASLEEP = 150_000;
const FIRST_MINUTE = 60;
/** Seconds from which on an answer is more than told. */
const LONG_ANSWER = 240;
const MOST_NOTES = 20_000;

/**
 * Shows an interview that is under way, until it ends or `stop` is called.
 * @param {object} parts
 * @param {HTMLElement} parts.main
 * @param {Run} parts.run
 * @param {(id: string) => Asked | undefined} parts.find
 * @param {() => number} parts.now
 * @param {() => void} parts.keep
 * @param {() => void} parts.ended all questions were asked
 * @param {() => void} parts.end somebody wants to end it before
 * @param {boolean} parts.paused
 */
export function interviewTurn({ main, run, find, now, keep, ended, end, paused }) {
  /** When the clock was looked at last; 0 while it stands. */
  let since = 0;
  let kept = 0;
  const stayAwake = wakeful();
  const time = element("span", { class: "iv-time", role: "timer", "aria-label": word("site-interview-clock") });
  const filled = element("i", { class: "iv-filled" });
  const minute = element("b", { class: "iv-minute" });
  const bar = element("span", { class: "iv-bar", "aria-hidden": "true" }, filled, minute);
  const limit = element("span", { class: "iv-limit" });
  const pause = button("site-interview-pause", () => (since ? stand() : go()));
  const clock = element("div", { class: "iv-clock" }, time, bar, limit, pause);
  const total = element("span", {});
  const leave = button("site-interview-end", () => {
    stand();
    end();
  }, "iv-quiet");
  const place = element("span", {});
  const strip = element("div", { class: "iv-strip", "aria-hidden": "true" });
  const question = element("h1", { class: "iv-asked", tabindex: -1, dir: "auto" });
  const body = element("div", { class: "iv-body" });
  const notes = element("textarea", { rows: 3, maxlength: MOST_NOTES, dir: "auto", spellcheck: "false" });
  const notesBox = element("label", { class: "iv-notes" }, element("span", {}, word("site-interview-notes")), notes);
  const actions = element("div", { class: "iv-actions" });
  const keys = element("p", { class: "iv-keys" }, word("site-interview-keys"));
  const frame = element(
    "div", { class: "iv-turn", tabindex: -1 },
    element("div", { class: "iv-top" }, element("p", {}, place, total), strip),
    question, clock, body, notesBox, actions, element("div", { class: "iv-foot" }, keys, leave),
  );

  /** @returns {[Turn, Asked] | null} */
  const current = () => {
    const turn = turnOf(run);
    const asked = turn && find(turn.step.id);
    return turn && asked ? [turn, asked] : null;
  };

  function elapse() {
    const at = now();
    const turn = turnOf(run);
    if (!since || !turn) return;
    const gap = at - since;
    if (gap > ASLEEP) {
      stand(false);
      return;
    }
    turn.used += Math.max(0, gap);
    since = at;
  }

  function go() {
    since = now();
    stayAwake(true);
    showClock();
  }

  /** @param {boolean} [counting] whether the time since the last look counts */
  function stand(counting = true) {
    if (counting) elapse();
    since = 0;
    stayAwake(false);
    keep();
    showClock();
  }

  function showClock() {
    const [turn] = current() ?? [];
    if (!turn) return;
    const alone = run.phase === "asked";
    const seconds = alone ? answerSeconds(turn.step) : turn.step.minutes * 60;
    const text = clockText(turn.used);
    if (time.textContent !== text) time.textContent = text;
    filled.style.inlineSize = `${Math.min(100, turn.used / seconds / 10)}%`;
    minute.style.insetInlineStart = `${(100 * FIRST_MINUTE) / seconds}%`;
    minute.hidden = !alone || seconds <= FIRST_MINUTE;
    clock.classList.toggle("minute-gone", alone && turn.used >= FIRST_MINUTE * 1000);
    clock.classList.toggle("over", turn.used > seconds * 1000);
    frame.classList.toggle("paused", !since);
    limit.textContent = word(alone ? "site-interview-for-answer" : "site-interview-for-all", { minutes: seconds / 60 });
    pause.textContent = word(since ? "site-interview-pause" : "site-interview-continue");
    const minutes = Math.floor(run.turns.reduce((sum, { used }) => sum + used, 0) / 60_000);
    total.textContent = word("site-interview-gone", { minutes, all: run.wishes.minutes });
  }

  const timer = setInterval(() => {
    if (!since) return;
    elapse();
    showClock();
    if (now() - kept > KEEP_EVERY) {
      kept = now();
      keep();
    }
  }, TICK);

  /**
   * Does something with the run, and shows what comes of it.
   * @param {() => void} change
   */
  function act(change) {
    elapse();
    change();
    keep();
    if (run.ended) {
      stop();
      ended();
      return;
    }
    show(true);
    if (!since) go();
  }

  const skip = () => act(() => closeTurn(run, "skipped", now()));

  /** @param {boolean} focus */
  function show(focus) {
    const [turn, asked] = current() ?? [];
    if (!turn || !asked) return;
    const { phase } = run;
    place.textContent = word("site-interview-place", { number: run.at + 1, count: run.turns.length });
    strip.replaceChildren(...stripOf(run.turns.map(({ step }) => step), run.at));
    frame.className = `iv-turn ${hue(asked)}`;
    frame.dataset.phase = phase;
    question.replaceChildren(askedCopy(asked));
    notes.value = turn.notes;
    // A plan and code need room while they are made.
    notes.classList.toggle("iv-long", phase === "asked" && answerSeconds(turn.step) > LONG_ANSWER);
    const made = phase === "asked" ? alone(turn, asked) : phase === "points" ? points(turn, asked) : followUp(turn, asked);
    body.replaceChildren(...made.body);
    actions.replaceChildren(...made.actions);
    // Notes are written before the answer is given; later they are at hand, but not in the way.
    if (phase === "asked") actions.before(notesBox);
    else actions.after(notesBox);
    showClock();
    if (!focus) return;
    const target = body.querySelector("[data-focus]") ?? question;
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    frame.scrollIntoView({ block: "start", behavior: "instant" });
  }

  /** @param {Turn} turn @param {Asked} asked */
  function alone(turn, asked) {
    return {
      body: [element("p", { class: "iv-hint" }, word(hintOf(turn, asked)))],
      actions: [
        main_("site-interview-answered", () => act(() => giveAnswer(run, contentOf(asked)))),
        button("site-interview-skip", skip),
      ],
    };
  }

  /** @param {Turn} turn @param {Asked} asked */
  function points(turn, asked) {
    const heading = element("h2", { tabindex: -1, "data-focus": true });
    /** @type {Node[]} */
    const made = [];
    if (asked.points.length) {
      heading.textContent = word("key-points");
      made.push(ticks(asked.points, turn.said, 0, heading, "iv-points"));
    } else {
      heading.textContent = word("site-interview-compare-answer");
      made.push(element("div", { class: "iv-answer" }, answerCopy(asked)), wholeAnswer(turn));
    }
    if (asked.pitfalls.length) {
      const below = element("h2", {}, word("site-interview-admit"));
      made.push(below, ticks(asked.pitfalls, turn.admitted, asked.points.length, below, "iv-pitfalls"));
    }
    if (asked.points.length) {
      made.push(element(
        "details", { class: "iv-fold" }, element("summary", {}, word("site-answer")),
        element("div", { class: "iv-answer" }, answerCopy(asked)),
      ));
    }
    const label = turn.step.followUps ? "site-interview-to-follow-ups" : lastOr("site-interview-next");
    return {
      body: [heading, ...made],
      actions: [main_(label, () => act(() => closePoints(run, contentOf(asked), now())))],
    };
  }

  /**
   * How the answer as a whole went, for a question without key points.
   * @param {Turn} turn
   */
  function wholeAnswer(turn) {
    const choices = GRADES_OF_FOLLOW_UPS.map((grade) => {
      const input = element("input", { type: "radio", name: "had", value: grade });
      input.checked = turn.had === grade;
      input.addEventListener("change", () => {
        turn.had = grade;
        keep();
      });
      return element("label", {}, input, element("span", {}, word(`site-interview-had-${grade}`)));
    });
    return element(
      "fieldset", {}, element("legend", {}, word("site-interview-how")),
      element("div", { class: "iv-segments" }, ...choices),
    );
  }

  /**
   * @param {Element[]} lines
   * @param {number[]} ticked which ones are; changed as they are ticked
   * @param {number} before how many lines are counted before these
   * @param {Element} heading
   * @param {string} kind
   */
  function ticks(lines, ticked, before, heading, kind) {
    heading.id = `interview-${kind}`;
    const list = lines.map((line, at) => {
      const box = element("input", { type: "checkbox", "data-number": before + at + 1 });
      box.checked = ticked.includes(at);
      box.addEventListener("change", () => {
        const others = ticked.filter((one) => one !== at);
        ticked.splice(0, ticked.length, ...others, ...(box.checked ? [at] : []));
        ticked.sort((a, b) => a - b);
        keep();
      });
      const text = element("span", { dir: "auto" }, copyOf(line));
      const number = before + at < 9 ? element("kbd", { "aria-hidden": "true" }, String(before + at + 1)) : "";
      return element("li", {}, element("label", {}, box, text, number));
    });
    return element("ul", { class: `iv-ticks ${kind}`, "aria-labelledby": heading.id }, ...list);
  }

  /** @param {Turn} turn @param {Asked} asked */
  function followUp(turn, asked) {
    const number = turn.grades.length;
    const one = asked.followUps[turn.order[number] ?? 0];
    const open = run.phase === "answer";
    const heading = element(
      "h2", { class: "iv-nth" },
      word("site-interview-follow-up", { number: number + 1, count: turn.order.length }),
    );
    const ask = element("div", { class: "iv-follow", tabindex: -1, "data-focus": !open, dir: "auto" });
    const answer = element("div", { class: "iv-answer", tabindex: -1, "data-focus": open, hidden: !open, dir: "auto" });
    if (one) ask.append(copyOf(one.ask));
    if (one && open) answer.append(copyOf(one.answer));
    const shown = open
      ? [
          element("p", { class: "iv-how", id: "interview-how" }, word("site-interview-how")),
          element("div", { class: "iv-grades", role: "group", "aria-labelledby": "interview-how" },
            ...GRADES_OF_FOLLOW_UPS.map((grade, at) => {
              const made = button(
                `site-interview-had-${grade}`, () => act(() => gradeFollowUp(run, grade, now())), `iv-button iv-${grade}`,
              );
              made.dataset.number = String(at + 1);
              made.append(" ", element("kbd", { "aria-hidden": "true" }, String(at + 1)));
              return made;
            })),
        ]
      : [
          main_("site-reveal", () => act(() => { run.phase = "answer"; })),
          button(lastOr("site-interview-next"), () => act(() => closeTurn(run, "done", now()))),
          number ? "" : button("site-interview-back", () => act(() => reopenPoints(run)), "iv-quiet"),
        ];
    return { body: [heading, ask, answer], actions: shown };
  }

  /** @param {string} label */
  const lastOr = (label) => (run.at + 1 < run.turns.length ? label : "site-interview-to-report");

  /** @param {string} label @param {() => void} pressed */
  const main_ = (label, pressed) => {
    const made = button(label, pressed, "iv-main");
    made.append(" ", element("kbd", { "aria-hidden": "true" }, "⏎"));
    return made;
  };

  notes.addEventListener("input", () => {
    const turn = turnOf(run);
    if (turn) turn.notes = notes.value;
  });
  notes.addEventListener("change", keep);

  frame.addEventListener("keydown", (event) => {
    if (!isPlain(event) || event.repeat) return;
    const { target } = event;
    if (isTyped(event)) {
      if (event.key === "Escape") question.focus();
      return;
    }
    const onPress = target instanceof Element && target.closest("button, a, summary");
    const first = actions.querySelector("button");
    if (event.key === "Enter" && !onPress && first?.matches(".iv-main")) first.click();
    else if (/^[1-9]$/.test(event.key)) {
      const numbered = frame.querySelector(`[data-number="${event.key}"]`);
      if (!(numbered instanceof HTMLElement)) return;
      numbered.click();
    } else if (event.key === "p") pause.click();
    else if (event.key === "n") notes.focus();
    else return;
    event.preventDefault();
  });

  function stop() {
    clearInterval(timer);
    stayAwake(false);
    removeEventListener("pagehide", leavePage);
    document.removeEventListener("visibilitychange", backAgain);
  }
  const leavePage = () => stand();
  addEventListener("pagehide", leavePage);
  // A page that is out of sight lets the screen go.
  const backAgain = () => since && !document.hidden && stayAwake(true);
  document.addEventListener("visibilitychange", backAgain);

  main.replaceChildren(frame);
  show(true);
  if (!paused) go();
  return { stop, pause: () => since && stand(), focus: () => question.focus({ preventScroll: true }) };
}

/** Keeps the screen on, or no longer: who answers aloud touches nothing. */
function wakeful() {
  /** @type {Promise<WakeLockSentinel | void> | undefined} */
  let lock;
  return (/** @type {boolean} */ on) => {
    lock?.then((held) => held?.release());
    // Old browsers, and pages without a certificate, have none; a battery that is low refuses.
    lock = on ? navigator.wakeLock?.request("screen").catch(() => {}) : undefined;
  };
}

/**
 * The class of the colour of an item's chapter.
 * @param {Asked} asked
 */
function hue({ item }) {
  const own = item.element.closest(".chapter")?.className ?? "";
  return /\bpe-c\d+\b/.exec(own)?.[0] ?? "";
}

/**
 * How such a question is best answered.
 * @param {Turn} turn
 * @param {Asked} asked
 */
function hintOf({ step }, { item }) {
  if (step.place === "warm-up") return "site-interview-hint-warm-up";
  if (["design", "case"].includes(item.kind)) return "site-interview-hint-design";
  if (["coding", "behavioural"].includes(item.kind)) return `site-interview-hint-${item.kind}`;
  return "site-interview-hint-question";
}
