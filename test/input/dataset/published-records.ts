/** Records of our own in the published formats: for each task a file, and what comes of it. */
export interface PublishedFile {
  readonly task: string;
  readonly format: "jsonl" | "json" | "csv" | "parquet";
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** For each record its id, system, human scores, and beginnings of its texts. */
  readonly records: readonly {
    readonly id: string;
    readonly system?: string;
    readonly group?: string;
    readonly human: Readonly<Record<string, number>>;
    readonly instruction: string;
    readonly response: string;
    readonly context?: string;
    readonly reference?: string;
    /** Parts of the prompt. */
    readonly shows: readonly string[];
  }[];
}

const RUBRIC = {
  criteria: "Does the poem rhyme?",
  score1_description: "It never rhymes.",
  score5_description: "It always rhymes.",
};

const origRubric = Object.fromEntries(
  Object.entries(RUBRIC).map(([key, text]) => [`orig_${key}`, text]),
);

function hannaRow(story: string, worker: number, score: number) {
  return {
    "Story ID": story,
    Prompt: "A dog can talk.",
    Human: "Another story.",
    Story: `Story ${story}, said the dog.`,
    Model: "GPT-2",
    Relevance: String(score),
    Coherence: "2",
    Empathy: "3",
    Surprise: "1",
    Engagement: "2",
    Complexity: "4",
    "Worker ID": String(worker),
    "Assignment ID": `A${worker}`,
    "Work time in seconds": "60",
    Name: "Rex",
  };
}

function comparison(winner: string, judge: string, turn: number) {
  const conversation = (answer: string) => [
    { role: "user", content: "Name a colour." },
    { role: "assistant", content: `${answer} red` },
    { role: "user", content: "And another." },
    { role: "assistant", content: `${answer} blue` },
  ];
  return {
    question_id: 81,
    model_a: "big",
    model_b: "small",
    winner,
    judge,
    conversation_a: conversation("big"),
    conversation_b: conversation("small"),
    turn,
  };
}

const hannaHuman = { coherence: 2, empathy: 3, surprise: 1, engagement: 2, complexity: 4 };

export const PUBLISHED_FILES: readonly PublishedFile[] = [
  {
    task: "flask",
    format: "parquet",
    rows: [
      {
        query: "What is a noun?",
        response: "A naming word.",
        reference_answer: "A word for a thing.",
        natural_unit_test: "Is the response factual?",
        rubric: "1: wrong\n5: right",
        human_score: [4, 5, 3],
        gpt4_score: [4.5],
        label: 4,
      },
    ],
    records: [
      {
        id: "1",
        human: { skill: 4 },
        instruction: "What is a noun?",
        response: "A naming word.",
        reference: "A word for a thing.",
        shows: ["Is the response factual?\n1: wrong\n5: right"],
      },
    ],
  },
  {
    task: "helpsteer",
    format: "jsonl",
    rows: [
      {
        prompt: "c#",
        response: "A language.",
        helpfulness: 3,
        correctness: 4,
        coherence: 4,
        complexity: 0,
        verbosity: 1,
      },
    ],
    records: [
      {
        id: "1",
        human: { helpfulness: 3, correctness: 4, coherence: 4, complexity: 0, verbosity: 1 },
        instruction: "c#",
        response: "A language.",
        shows: ["## Prompt\nc#", "score: <0|1|2|3|4>"],
      },
    ],
  },
  {
    task: "biggen",
    format: "parquet",
    rows: ["m1", "m2"].map((model) => ({
      id: "writing_rhyme_0",
      capability: "writing",
      task: "rhyme",
      instance_idx: 0,
      system_prompt: "You are a poet.",
      input: "Write two lines.",
      reference_answer: "A cat / a hat",
      score_rubric: RUBRIC,
      model_name: model,
      response: `Lines of ${model}`,
      human_score: 4,
    })),
    records: ["m1", "m2"].map((model) => ({
      id: `writing_rhyme_0:${model}`,
      system: model,
      human: { rubric: 4 },
      instruction: "Write two lines.",
      response: `Lines of ${model}`,
      context: "You are a poet.",
      reference: "A cat / a hat",
      shows: [
        "## System prompt\nYou are a poet.",
        "Does the poem rhyme?\n1: It never rhymes.\n5: It always rhymes.",
      ],
    })),
  },
  {
    task: "feedback-bench",
    format: "json",
    rows: [
      {
        id: 7,
        instruction: "###Task Description: (the whole prompt of their evaluator)",
        orig_instruction: "Write two lines.",
        orig_response: "A cow / a plough",
        orig_reference_answer: "A cat / a hat",
        orig_score: "2",
        ...origRubric,
      },
      {
        instruction: "Write one line.",
        response: "Only this.",
        rubric: JSON.stringify(RUBRIC),
        score: 3,
      },
    ],
    records: [
      {
        id: "7",
        human: { rubric: 2 },
        instruction: "Write two lines.",
        response: "A cow / a plough",
        reference: "A cat / a hat",
        shows: ["## Reference answer (score 5)\nA cat / a hat", "1: It never rhymes."],
      },
      {
        id: "2",
        human: { rubric: 3 },
        instruction: "Write one line.",
        response: "Only this.",
        shows: ["Does the poem rhyme?\n1: It never rhymes.\n5: It always rhymes."],
      },
    ],
  },
  {
    task: "hanna",
    format: "csv",
    rows: [hannaRow("0", 1, 5), hannaRow("0", 2, 4), hannaRow("96", 1, 1), hannaRow("0", 3, 3)],
    records: [
      {
        id: "0",
        system: "GPT-2",
        human: { relevance: 4, ...hannaHuman },
        instruction: "A dog can talk.",
        response: "Story 0, said the dog.",
        shows: ["## Story to grade\nStory 0, said the dog."],
      },
      {
        id: "96",
        system: "GPT-2",
        human: { relevance: 1, ...hannaHuman },
        instruction: "A dog can talk.",
        response: "Story 96, said the dog.",
        shows: [],
      },
    ],
  },
  {
    task: "qags",
    format: "jsonl",
    rows: [
      {
        article: "It rained on Monday.",
        summary_sentences: [
          { sentence: "It rained.", responses: answers("yes", "yes", "no") },
          { sentence: "It snowed. ", responses: answers("no", "no", "no") },
        ],
      },
    ],
    records: [
      {
        id: "1",
        human: { consistency: 0.5 },
        instruction: "It rained on Monday.",
        response: "It rained. It snowed.",
        shows: ["## Article\nIt rained on Monday."],
      },
    ],
  },
  {
    task: "qags",
    format: "json",
    rows: [
      { doc_id: 0, source: "An article.", system_output: "A summary.", scores: { consistency: 1 } },
    ],
    records: [
      {
        id: "1",
        human: { consistency: 1 },
        instruction: "An article.",
        response: "A summary.",
        shows: [],
      },
    ],
  },
  {
    task: "summeval",
    format: "jsonl",
    rows: [
      {
        id: "dm-test-1",
        model_id: "M11",
        decoded: "A short summary.",
        text: "A long article.",
        expert_annotations: [
          { coherence: 1, consistency: 5, fluency: 4, relevance: 2 },
          { coherence: 2, consistency: 5, fluency: 5, relevance: 2 },
        ],
        turker_annotations: [{ coherence: 5, consistency: 5, fluency: 5, relevance: 5 }],
        references: ["A reference."],
      },
    ],
    records: [
      {
        id: "dm-test-1:M11",
        system: "M11",
        group: "dm-test-1",
        human: { coherence: 1.5, consistency: 5, fluency: 4.5, relevance: 2 },
        instruction: "A long article.",
        response: "A short summary.",
        shows: ["## Summary to grade\nA short summary."],
      },
    ],
  },
  {
    task: "summeval",
    format: "parquet",
    rows: [
      {
        id: "dm-test-1",
        text: "A long article.",
        machine_summaries: ["One.", "Two."],
        human_summaries: ["A reference."],
        coherence: [1.5, 4],
        consistency: [5, 3],
        fluency: [4.5, 1],
        relevance: [2, 2],
      },
    ],
    records: [
      {
        id: "dm-test-1:0",
        system: "0",
        group: "dm-test-1",
        human: { coherence: 1.5, consistency: 5, fluency: 4.5, relevance: 2 },
        instruction: "A long article.",
        response: "One.",
        shows: [],
      },
      {
        id: "dm-test-1:1",
        system: "1",
        group: "dm-test-1",
        human: { coherence: 4, consistency: 3, fluency: 1, relevance: 2 },
        instruction: "A long article.",
        response: "Two.",
        shows: [],
      },
    ],
  },
  {
    task: "topical-chat",
    format: "json",
    rows: [
      {
        context: "hi\nhello",
        fact: "Cats purr.",
        responses: [
          {
            response: "cats purr !",
            model: "New Human Generated",
            Understandable: [1, 1, 0],
            Natural: [3, 2, 1],
            "Maintains Context": [3, 3, 3],
            Engaging: [1, 2, 3],
            "Uses Knowledge": [1, 1, 1],
            Overall: [5, 4, 3],
          },
        ],
      },
    ],
    records: [
      {
        id: "1",
        system: "New Human Generated",
        human: {
          understandability: 2 / 3,
          naturalness: 2,
          coherence: 3,
          engagingness: 2,
          groundedness: 1,
        },
        instruction: "hi\nhello",
        response: "cats purr !",
        context: "Cats purr.",
        shows: ["## Fact shown to the second person\nCats purr."],
      },
    ],
  },
  {
    task: "topical-chat",
    format: "json",
    rows: [
      {
        source: "hi",
        context: "_nofact",
        system_output: "hello",
        system_id: "S",
        scores: { naturalness: 2.5, overall: 3 },
      },
    ],
    records: [
      {
        id: "1",
        system: "S",
        human: { naturalness: 2.5 },
        instruction: "hi",
        response: "hello",
        context: "_nofact",
        shows: ["(none was shown)"],
      },
    ],
  },
  {
    task: "mt-bench-human",
    format: "parquet",
    rows: [
      comparison("model_a", "expert_1", 1),
      comparison("tie", "expert_2", 1),
      comparison("model_b", "expert_1", 2),
    ],
    records: [
      {
        id: "81-big-turn1",
        system: "big",
        group: "81-turn1",
        human: { wins: 0.75 },
        instruction: "Name a colour.",
        response: "big red",
        shows: [],
      },
      {
        id: "81-small-turn1",
        system: "small",
        group: "81-turn1",
        human: { wins: 0.25 },
        instruction: "Name a colour.",
        response: "small red",
        shows: [],
      },
      {
        id: "81-big-turn2",
        system: "big",
        group: "81-turn2",
        human: { wins: 0 },
        instruction: "And another.",
        response: "big blue",
        context: "User: Name a colour.\n\nAssistant: big red",
        shows: ["## What was said before\nUser: Name a colour.", "## Question\nAnd another."],
      },
      {
        id: "81-small-turn2",
        system: "small",
        group: "81-turn2",
        human: { wins: 1 },
        instruction: "And another.",
        response: "small blue",
        context: "User: Name a colour.\n\nAssistant: small red",
        shows: [],
      },
    ],
  },
  {
    task: "sfres",
    format: "json",
    rows: [
      {
        doc_id: 0,
        source: "confirm(food=pizza)",
        reference: "Do you want pizza?",
        system_output: "Pizza?",
        scores: { informativeness: 4.5, naturalness: 3, overall: 4 },
      },
    ],
    records: [
      {
        id: "1",
        human: { informativeness: 4.5, naturalness: 3, overall: 4 },
        instruction: "confirm(food=pizza)",
        response: "Pizza?",
        reference: "Do you want pizza?",
        shows: ["score: <1|2|3|4|5|6>"],
      },
    ],
  },
  {
    task: "emotion",
    format: "json",
    rows: [{ dialogue: "Ann: I won!\n", human: "Ann", emotion: "Joy", emotion_score: "9" }],
    records: [
      {
        id: "1",
        human: { intensity: 9 },
        instruction: "Ann: I won!\n",
        response: "Ann: I won!\n",
        shows: ["How strongly does Ann feel this emotion: Joy?", "score: <1|2|3|4|5|6|7|8|9>"],
      },
    ],
  },
  {
    task: "reference",
    format: "jsonl",
    rows: [{ user_prompt: "Grade: 2+2=4", user_prompt_feedback: "Explain first.", score: [5, 4] }],
    records: [
      {
        id: "1",
        human: { overall: 4.5 },
        instruction: "Grade: 2+2=4",
        response: "",
        shows: ["Grade: 2+2=4"],
      },
    ],
  },
  {
    task: "instruction-data",
    format: "json",
    rows: [
      { id: "x", instruction: "Add.", input: "2 and 2", output: "4" },
      { instruction: "Say hi.", input: "", output: "Hi." },
    ],
    records: [
      {
        id: "1",
        human: {},
        instruction: "Add.\n\n2 and 2",
        response: "4",
        shows: ["## Instruction\nAdd.\n\n2 and 2\n", "score: <1|2|3|4|5|6|7|8|9>"],
      },
      { id: "2", human: {}, instruction: "Say hi.", response: "Hi.", shows: [] },
    ],
  },
  {
    task: "instruction-data",
    format: "jsonl",
    rows: [
      {
        id: "x",
        conversations: [
          { from: "human", value: "Hi" },
          { from: "gpt", value: "Hello" },
        ],
      },
      {
        id: "x",
        conversations: [
          { from: "system", value: "Be brief." },
          { from: "human", value: "A colour?" },
          { from: "gpt", value: "Red" },
          { from: "human", value: "Another?" },
          { from: "gpt", value: "Blue" },
          { from: "human", value: "Thanks" },
        ],
      },
      {
        messages: [
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Hello" },
        ],
      },
    ],
    records: [
      { id: "1", human: {}, instruction: "Hi", response: "Hello", shows: [] },
      {
        id: "2",
        human: {},
        instruction: "System: Be brief.\n\nUser: A colour?\n\nAssistant: Red\n\nUser: Another?",
        response: "Blue",
        shows: [],
      },
      { id: "3", human: {}, instruction: "Hi", response: "Hello", shows: [] },
    ],
  },
  {
    task: "knowledge",
    format: "json",
    rows: [
      { question_id: 13, question: "Who?", answer: ["me"], answerable: true, source: "s" },
      { question_id: 14, question: "Why?", answer: null, answerable: false, source: "s" },
      { question: "How?" },
    ],
    records: [
      {
        id: "13",
        human: { answerable: 1 },
        instruction: "Who?",
        response: "",
        shows: ["## Question\nWho?"],
      },
      { id: "14", human: { answerable: 0 }, instruction: "Why?", response: "", shows: [] },
      { id: "3", human: {}, instruction: "How?", response: "", shows: [] },
    ],
  },
  {
    task: "verifier",
    format: "jsonl",
    rows: [
      { instruction: "2+2?", response: "4", human: true },
      { instruction: "2+2?", response: "5", human: "no" },
      { instruction: "2+2?", response: "four", human: [1, "yes", 0, 0] },
    ],
    records: [
      {
        id: "1",
        human: { good: 1 },
        instruction: "2+2?",
        response: "4",
        shows: ["answer: <no|yes>"],
      },
      { id: "2", human: { good: 0 }, instruction: "2+2?", response: "5", shows: [] },
      { id: "3", human: { good: 0.5 }, instruction: "2+2?", response: "four", shows: [] },
    ],
  },
  {
    task: "relevance",
    format: "jsonl",
    rows: [{ id: "d1", instruction: "panda food", response: "Bamboo.", human: 5 }],
    records: [
      {
        id: "d1",
        human: { relevance: 5 },
        instruction: "panda food",
        response: "Bamboo.",
        shows: ["## Query\npanda food", "## Document\nBamboo."],
      },
    ],
  },
  {
    task: "general",
    format: "csv",
    rows: [{ instruction: "Hi", response: "Hello, you", "human.accuracy": "4" }],
    records: [
      {
        id: "1",
        human: { accuracy: 4 },
        instruction: "Hi",
        response: "Hello, you",
        shows: ["## Response to grade\nHello, you"],
      },
    ],
  },
];

function answers(...responses: readonly string[]) {
  return responses.map((response, worker_id) => ({ worker_id, response }));
}
