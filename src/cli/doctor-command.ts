import { DEFAULT_JUDGE } from "../engine/models/catalog.ts";
import { command, flag, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { judgeOption } from "./judge-options.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

export const doctorCommand = command({
  name: "doctor",
  description: "Check whether scoring works here, on which device, and how fast.",
  options: [
    text("-j, --judge <judge>", "judge to measure the speed with", DEFAULT_JUDGE),
    judgeOption("gpu"),
    judgeOption("isolation"),
    flag("--json", "one JSON object"),
  ],
  async run(_, { json, ...options }, signal) {
    const { doctor } = await import("../workflows/doctor/doctor.ts");
    const { doctorText } = await import("../present/terminal/doctor-text.ts");
    const status = new StatusLine();
    const onStep = status.show.bind(status);
    const { findSettings } = await import("./settings.ts");
    const settings = await findSettings();
    const report = await doctor({ ...options, settings, signal, onStep }).finally(() =>
      status.clear(),
    );
    await writeResult(report, json, doctorText);
    return report.ok ? EXIT.ok : EXIT.judge;
  },
});
