/**
 * How a user turn begins.
 *
 * All that the criteria of one response share stands first, and the criterion last, so that the
 * prompts of one response differ only in their ends.
 */
const RESPONSE = `\
{{ task.description or "You grade a response to an instruction, one criterion at a time." }}

## Instruction
{{ instruction | trim }}

{% if context | trim %}
## Context
{{ context | trim }}

{% endif %}
{% if reference | trim %}
## Reference answer
{{ reference | trim }}

{% endif %}
## Response to grade
{{ response | trim }}

`;

/** The user turn of a task that brings no template of its own. */
export const DEFAULT_PROMPT = `\
${RESPONSE}## Criterion: {{ criterion.name }}
{{ criterion.description }}
{% for anchor in criterion.anchors %}
{{ anchor.label }}: {{ anchor.text }}
{% endfor %}

## Output format
Grade the response on this criterion alone. {{ outputFormat }}
`;

/** The same, of a task whose criteria are questions. */
export const DEFAULT_QUESTION_PROMPT = `\
${RESPONSE}## Question
{{ question }}

## Output format
Answer the question on the response to grade. {{ outputFormat }}
`;

/** What the assistant's turn is opened with, unless the task says otherwise. */
export const DEFAULT_ANSWER_PREFIX = "score: ";

/** The same, where questions are answered. */
export const QUESTION_ANSWER_PREFIX = "answer: ";
