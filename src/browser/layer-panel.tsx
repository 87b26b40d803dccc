import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { errorMessage } from "../base/errors.ts";
import { figureText } from "../base/figure-text.ts";
import { PROJECTIONS, type Projection } from "../scoring/weights/layer-set.ts";
import { CopyCommand } from "./copy-command.tsx";
import {
  type JudgeShape,
  type LayerMode,
  type LayerSliders,
  layerRequest,
  slidersFor,
} from "./layer-request.ts";

export interface LayerPanelProps {
  readonly judge: JudgeShape;
  /** The layers that the run was scored with. */
  readonly own: LayerSliders;
  readonly sliders: LayerSliders;
  readonly onChange: (sliders: LayerSliders) => void;
  /** Commands that do with the run's files what the sliders stand for. */
  readonly commands: readonly { readonly name: string; readonly command: string | null }[];
}

const MODES: Readonly<Record<LayerMode, string>> = {
  band: "band",
  contrast: "contrast",
  weights: "weights",
};

/** The layers taken in hand. */
export function LayerPanel({ judge, own, sliders, onChange, commands }: LayerPanelProps) {
  const { spec, projection } = layerRequest(sliders, judge);
  const set = (change: Partial<LayerSliders>): void => onChange({ ...sliders, ...change });
  const preset = (name: string) => {
    const found = slidersFor({ spec: name, projection }, judge);
    return (
      <button type="button" key={name} onClick={() => onChange({ ...found, alpha: sliders.alpha })}>
        {name}
      </button>
    );
  };
  return (
    <section class="panel" aria-labelledby="hands-title">
      <h3 id="hands-title">Layers in hand</h3>
      <div class="choices">
        {preset("last")}
        {preset("all")}
        {judge.layers > 1 && preset("upper")}
        <button type="button" onClick={() => onChange(own)}>
          the run's own
        </button>
      </div>
      <Choice
        label="How layers count"
        options={judge.layers > 1 ? MODES : { band: MODES.band, weights: MODES.weights }}
        value={sliders.mode}
        onChange={(mode) => set({ mode: mode as LayerMode })}
      />
      {sliders.mode === "band" && <Band judge={judge} sliders={sliders} set={set} />}
      {sliders.mode === "contrast" && (
        <Slider
          label="α"
          help="How much of the middle third's mean is taken from the last layer"
          value={sliders.alpha}
          range={[0, 2, 0.05]}
          onChange={(alpha) => set({ alpha })}
        />
      )}
      {sliders.mode === "weights" && <Weights sliders={sliders} set={set} />}
      <Choice
        label="Logits"
        options={Object.fromEntries(PROJECTIONS.map((name) => [name, name]))}
        value={projection}
        onChange={(name) => set({ projection: name as Projection })}
      />
      <SpecInput
        key={spec}
        spec={spec}
        onSpec={(text) => {
          const found = slidersFor({ spec: text, projection }, judge);
          onChange(found.mode === "contrast" ? found : { ...found, alpha: sliders.alpha });
        }}
      />
      <div class="choices">
        {commands.map((each) => (
          <CopyCommand key={each.name} {...each} />
        ))}
      </div>
    </section>
  );
}

interface SpecInputProps {
  readonly spec: string;
  /** @throws LagerError of what are no layers. */
  readonly onSpec: (spec: string) => void;
}

/** The layers as `--layers` takes them, to be read and to be written. */
function SpecInput({ spec, onSpec }: SpecInputProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const take = (text: string): void => {
    try {
      onSpec(text);
      setProblem(null);
    } catch (error) {
      setProblem(errorMessage(error));
    }
  };
  return (
    <div class="spec">
      <label for="layers-spec">--layers</label>
      <input
        id="layers-spec"
        defaultValue={spec}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={problem !== null}
        onChange={(event) => take(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") take(event.currentTarget.value);
        }}
      />
      {problem !== null && <p role="alert">{problem}</p>}
    </div>
  );
}

interface PartProps {
  readonly sliders: LayerSliders;
  readonly set: (change: Partial<LayerSliders>) => void;
}

function Band({ judge: { layers }, sliders, set }: PartProps & { readonly judge: JudgeShape }) {
  const { from, to } = sliders;
  return (
    <>
      <Slider
        label="from layer"
        value={from}
        range={[0, layers, 1]}
        onChange={(value) => set({ from: value, to: Math.max(value, to) })}
      />
      <Slider
        label="to layer"
        value={to}
        range={[0, layers, 1]}
        onChange={(value) => set({ from: Math.min(value, from), to: value })}
      />
    </>
  );
}

function Weights({ sliders: { weights }, set }: PartProps) {
  const most = Math.max(1, ...weights.map(Math.abs));
  return (
    <fieldset class="weights">
      <legend>weight of each layer</legend>
      {weights.map((weight, layer) => (
        <label key={layer}>
          <input
            type="range"
            class="upright"
            aria-label={`weight of layer ${layer}`}
            min={-most}
            max={most}
            step="any"
            value={weight}
            onInput={(event) => {
              const value = rounded(event.currentTarget.valueAsNumber);
              set({ weights: weights.map((own, i) => (i === layer ? value : own)) });
            }}
          />
          <span aria-hidden="true">{layer}</span>
          <small aria-hidden="true">{weight === 0 ? "" : figureText(weight, 2)}</small>
        </label>
      ))}
    </fieldset>
  );
}

/** Two decimals, and nothing near zero: a slider is hardly ever set to zero by hand. */
function rounded(value: number): number {
  return Math.abs(value) < 0.015 ? 0 : Number(value.toFixed(2));
}

interface SliderProps {
  readonly label: string;
  readonly help?: string;
  readonly value: number;
  readonly range: readonly [low: number, high: number, step: number];
  readonly onChange: (value: number) => void;
}

function Slider({ label, help, value, range: [low, high, step], onChange }: SliderProps) {
  return (
    <label class="slider" title={help}>
      <span>{label}</span>
      <input
        type="range"
        min={low}
        max={high}
        step={step}
        value={value}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <output>{value}</output>
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options: Readonly<Record<string, ComponentChildren>>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {Object.entries(options).map(([name, text]) => (
        <label key={name}>
          <input
            type="radio"
            name={label}
            checked={name === value}
            onChange={() => onChange(name)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
