/**
 * The user turn of a task that brings no template of its own.
 *
 * All that the criteria of one response share stands first, and the criterion last, so that the
 * prompts of one response differ only in their ends.
 */
export const DEFAULT_PROMPT = `\
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

## Criterion: {{ criterion.name }}
{{ criterion.description }}
{% for anchor in criterion.anchors %}
{{ anchor.label }}: {{ anchor.text }}
{% endfor %}

## Output format
Grade the response on this criterion alone. {{ outputFormat }}
`;

/** What the assistant's turn is opened with, unless the task says otherwise. */
export const DEFAULT_ANSWER_PREFIX = "score: ";
