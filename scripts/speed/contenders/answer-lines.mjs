import { createInterface } from "node:readline";

/**
 * A contender's side of the talk: says that it is ready, then answers each line of standard input
 * with a line of JSON.
 *
 * @template Request
 * @param {object} ready
 * @param {(request: Request) => Promise<object>} work
 */
export async function answerLines(ready, work) {
  console.log(JSON.stringify(ready));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await work(JSON.parse(line))));
  }
}
