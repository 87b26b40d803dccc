import { useEffect, useState } from "preact/hooks";

/** The value, a moment late: what it replaces stands until everything else has been painted. */
export function usePainted<T>(value: T): T {
  const [painted, setPainted] = useState(value);
  useEffect(() => {
    // Preact's effects come behind a frame; a newer value calls this one off.
    const timer = setTimeout(() => setPainted(() => value));
    return () => clearTimeout(timer);
  }, [value]);
  return painted;
}
