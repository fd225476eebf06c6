// Runs beside the page's own thread: hands on what the microphone gives, in pieces of about a twentieth of a second.
const PIECE_SAMPLES = 2048;

class SoundTap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Float32Array(PIECE_SAMPLES);
    this.filled = 0;
  }

  process([input]) {
    const channel = input?.[0];
    if (channel === undefined) return true;
    for (const sample of channel) {
      this.piece[this.filled] = sample;
      this.filled += 1;
      if (this.filled < PIECE_SAMPLES) continue;
      this.port.postMessage(this.piece, [this.piece.buffer]);
      this.piece = new Float32Array(PIECE_SAMPLES);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("sound-tap", SoundTap);
