/** What was recorded. */
export interface Recording {
  file: File;
  /** Milliseconds. */
  duration: number;
  /** How loud it is over time, from 0 to 1. */
  waveform: readonly number[];
}

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"] as const;
const EVERY_MS = 100;
const POINTS = 100;

/** Records from the microphone. `stop` or `cancel` must follow, so that the microphone is let go. */
export class Recorder {
  readonly #recorder: MediaRecorder;
  readonly #stream: MediaStream;
  readonly #context = new AudioContext();
  readonly #parts: Blob[] = [];
  readonly #levels: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #begun = performance.now();

  private constructor(stream: MediaStream, onLevel: (level: number, elapsed: number) => void) {
    this.#stream = stream;
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { audioBitsPerSecond: 32_000, ...(mimeType ? { mimeType } : {}) });
    this.#recorder.ondataavailable = (event) => this.#parts.push(event.data);
    this.#recorder.start(1000);
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = Math.min(1, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) * 3);
      this.#levels.push(level);
      onLevel(level, performance.now() - this.#begun);
    }, EVERY_MS);
  }

  /** Asks for the microphone and begins. Rejects with what the browser says when there is none, or no leave. */
  static async start(onLevel: (level: number, elapsed: number) => void): Promise<Recorder> {
    return new Recorder(await navigator.mediaDevices.getUserMedia({ audio: true }), onLevel);
  }

  async stop(): Promise<Recording> {
    const duration = Math.round(performance.now() - this.#begun);
    const ended = new Promise<void>((resolve) => {
      this.#recorder.onstop = () => resolve();
    });
    this.#recorder.stop();
    await ended;
    this.#release();
    const type = this.#recorder.mimeType.split(";")[0] || "audio/webm";
    const ending = type === "audio/ogg" ? "ogg" : type === "audio/mp4" ? "m4a" : "webm";
    return { file: new File(this.#parts, `voice-message.${ending}`, { type }), duration, waveform: condense(this.#levels, POINTS) };
  }

  cancel(): void {
    this.#recorder.onstop = null;
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#release();
  }

  #release(): void {
    clearInterval(this.#timer);
    for (const track of this.#stream.getTracks()) track.stop();
    void this.#context.close();
  }
}

/** At most `points` values, each the loudest of its stretch. */
export function condense(levels: readonly number[], points: number): number[] {
  if (levels.length <= points) return [...levels];
  return Array.from({ length: points }, (_, index) => Math.max(...levels.slice(Math.floor((index * levels.length) / points), Math.floor(((index + 1) * levels.length) / points))));
}
