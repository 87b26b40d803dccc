const form = document.getElementById("form");
const status = document.getElementById("status");
const scores = document.getElementById("scores");
const text = (id) => document.getElementById(id).value;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  scores.replaceChildren();
  // The first answer loads the judge, and the very first fetches it.
  status.textContent = "The judge reads …";
  const item = { instruction: text("instruction"), response: text("response") };
  const { outcomes = [], error } = await window.judge.score(item);
  status.textContent = error === undefined ? "" : `${error.code}: ${error.message}`;
  scores.replaceChildren(...outcomes.map(line));
});

function line(outcome) {
  const item = document.createElement("li");
  item.textContent =
    outcome.kind === "score"
      ? `${outcome.criterion}: ${outcome.score.toFixed(2)} of ${outcome.labels.join(", ")}`
      : `${outcome.criterion ?? "the answer"}: ${outcome.message}`;
  return item;
}
