"""Results of lager-device-check: a line for the file of results, and all of them as a table.

    table.py line LABEL STATUS OUTPUT ERRORS    prints what one call gave as a line of JSON
    table.py show FOLDER                        prints the results that lie in a folder
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def line(label: str, status: int, output: str, errors: str) -> str:
    if status == 0:
        return json.dumps({"label": label, "result": json.loads(Path(output).read_text())})
    error = Path(errors).read_text(errors="replace").strip()[-300:]
    return json.dumps({"label": label, "status": status, "error": error})


def row(label: str, result: dict[str, Any]) -> str:
    packs = (
        f"{name.removeprefix('parallel')}: {pack['tokensPerSecond']:.0f} ({pack['difference']['share']:.0e})"
        for name, pack in result.items()
        if name.startswith("parallel")
    )
    exact = result["exact"]
    same = "same bits" if exact["difference"]["identical"] else "OTHER BITS"
    cpu = f"CPU {result['againstCpu']['share']:.0e} " if "againstCpu" in result else ""
    return (
        f"{label:34} bare {result['bareTokensPerSecond']:8.0f} captured {result['captureTokensPerSecond']:8.0f} "
        f"({100 * result['captureOverhead']:+.1f} %) exact {exact['tokensPerSecond']:8.0f} ({same}) "
        f"head {result['headDifference']:.0e} "
        f"again {result['again']['share']:.0e} reused {result['reused']['share']:.0e} "
        f"{cpu}packs {' '.join(packs)}"
    )


def show(folder: str) -> None:
    for file in sorted(Path(folder).glob("*.jsonl")):
        print(f"== {file.stem}: tokens a second; in brackets differences as a share of the largest logit")
        for text in file.read_text().splitlines():
            entry = json.loads(text)
            result = entry.get("result")
            failed = f"{entry['label']:34} FAILED, status {entry.get('status')}: {entry.get('error')}"
            print(failed if result is None else row(entry["label"], result))


if __name__ == "__main__":
    if sys.argv[1] == "line":
        print(line(sys.argv[2], int(sys.argv[3]), *sys.argv[4:]))
    else:
        show(sys.argv[2])
