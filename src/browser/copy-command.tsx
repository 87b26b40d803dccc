import { useState } from "preact/hooks";

/** A button that copies a command; where the browser does not let it, the command is shown instead. */
export function CopyCommand({
  name,
  command,
}: {
  readonly name: string;
  /** Null where no shell could be given it. */
  readonly command: string | null;
}) {
  const [state, setState] = useState<"ready" | "copied" | "shown">("ready");
  if (command === null) return null;
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard?.writeText(command).then(
      () => true,
      () => false,
    );
    setState(isCopied ? "copied" : "shown");
    if (isCopied) setTimeout(() => setState("ready"), 2000);
  };
  return (
    <>
      <button type="button" onClick={copy} title={command} data-command={command}>
        {state === "copied" ? "copied" : `copy ${name}`}
      </button>
      {state === "shown" && <code class="command">{command}</code>}
    </>
  );
}
